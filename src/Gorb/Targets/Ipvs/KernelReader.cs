using Gorb.Ipvs;
using Gorb.Ipvs.Netlink;
using Gorb.Model;

namespace Gorb.Targets.Ipvs;

/// <summary>Reads the kernel's side of a service for those who only look, on a socket of its own so that the writer never waits.</summary>
internal sealed class KernelReader(IpvsClientFactory clients) : IDisposable
{
    private readonly Lock _lock = new();
    private readonly IIpvsClient _client = clients.Create();

    /// <summary>The kernel's entry of a service, or why there is none to show.</summary>
    public KernelView Read(ServiceKey key)
    {
        try
        {
            lock (_lock)
            {
                return _client.FindService(key) is { } service
                    ? new KernelView(new TableEntry(service, _client.GetDestinations(key)), null)
                    : new KernelView(null, $"{key} is not in the kernel's table: something else removed it");
            }
        }
        catch (Exception error) when (error is IpvsException or NetlinkException)
        {
            return new KernelView(null, error.Message);
        }
    }

    /// <summary>The kernel's whole table.</summary>
    /// <exception cref="RequestException">It cannot be read.</exception>
    public IReadOnlyList<TableEntry> ReadTable() => Read(static client => client.GetTable());

    /// <summary>The kernel's services, without their destinations: one question instead of one for each service.</summary>
    /// <exception cref="RequestException">They cannot be read.</exception>
    public IReadOnlyList<TableEntry> ReadServices() => Read(static client => client.GetServices().Select(service => new TableEntry(service, [])).ToList());

    private IReadOnlyList<TableEntry> Read(Func<IIpvsClient, IReadOnlyList<TableEntry>> read)
    {
        try
        {
            lock (_lock)
            {
                return read(_client);
            }
        }
        catch (Exception error) when (error is IpvsException or NetlinkException)
        {
            throw KernelErrors.Translate(error);
        }
    }

    /// <summary>Why the kernel's IPVS cannot be used, or null when it can.</summary>
    public string? Trouble()
    {
        try
        {
            lock (_lock)
            {
                _client.GetInfo();
                return null;
            }
        }
        catch (Exception error) when (error is IpvsException or NetlinkException)
        {
            return error.Message;
        }
    }

    public void Dispose() => _client.Dispose();
}

/// <summary>What the kernel shows of a service.</summary>
/// <param name="Entry">The entry, or null.</param>
/// <param name="Error">Why there is no entry; null when there is.</param>
internal sealed record KernelView(TableEntry? Entry, string? Error)
{
    public DestinationEntry? Find(DestinationKey key) => Entry?.Destinations.FirstOrDefault(entry => entry.Destination.Key == key);
}

internal static class DestinationEntryExtensions
{
    /// <summary>Connections in any state, without persistence templates.</summary>
    public static long Connections(this DestinationEntry entry) => (long)entry.ActiveConnections + entry.InactiveConnections;
}
