using Gorb.Ipvs;
using Gorb.Ipvs.Addresses;
using Gorb.Ipvs.Netlink;
using Gorb.Model;
using Gorb.Targets.Host.Addresses;
using Gorb.Targets.Ipvs;

namespace Gorb.Targets.Host.Sync;

/// <summary>Shows the connection synchronization, for readers, so that the writer never waits. Thread-safe.</summary>
internal sealed class SyncReader(IpvsClientFactory clients, HostNetwork network, SyncOptions options, SyncLedger ledger)
{
    public SyncOptions Options => options;

    /// <summary>Returns both roles as they are now.</summary>
    /// <exception cref="RequestException">The kernel cannot be read.</exception>
    public IReadOnlyList<SyncState> Read()
    {
        try
        {
            using var kernel = clients.Create();
            using var host = network.Connect();
            return SyncHost.Read(kernel, host, options).Judge(options, ledger);
        }
        catch (Exception error) when (error is IpvsException or AddressException or NetlinkException)
        {
            throw new RequestException(Refusal.Unavailable, GorbTexts.KernelFailed, [new Problem(null, null, error.Message)], error);
        }
    }

    /// <summary>Returns both roles as they are now; none when connections are not synchronized or the kernel cannot be read, which other readers tell.</summary>
    public IReadOnlyList<SyncState> TryRead()
    {
        try
        {
            return options.Interface is null ? [] : Read();
        }
        catch (RequestException)
        {
            return [];
        }
    }
}
