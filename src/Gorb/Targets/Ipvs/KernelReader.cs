using Gorb.Ipvs;
using Gorb.Ipvs.Netlink;
using Gorb.Model;
using Gorb.Model.Checks;

namespace Gorb.Targets.Ipvs;

/// <summary>Reads the kernel's entries for readers, on a socket of its own, so that the writer never waits.</summary>
/// <param name="clients">Creates the client.</param>
/// <param name="pathMarks">The marks of checks by path, whose services are no services of clients and are left out of lists.</param>
internal sealed class KernelReader(IpvsClientFactory clients, MarkRange pathMarks) : IDisposable
{
    private readonly Lock _lock = new();
    private readonly IIpvsClient _client = clients.Create();

    /// <summary>Returns the kernel's entry of a service, or why there is none.</summary>
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

    /// <summary>Returns the kernel's whole table.</summary>
    /// <exception cref="RequestException">The table cannot be read.</exception>
    public IReadOnlyList<TableEntry> ReadTable() => [.. Read(static client => client.GetTable()).Where(entry => IsShown(entry.Service))];

    /// <summary>Returns the kernel's services without their destinations. This takes one request instead of one for each service.</summary>
    /// <exception cref="RequestException">The services cannot be read.</exception>
    public IReadOnlyList<TableEntry> ReadServices() => Read(static client => client.GetServices())
        .Where(IsShown).Select(static service => new TableEntry(service, [])).ToList();

    private bool IsShown(VirtualServiceEntry entry) => !pathMarks.Contains(entry.Service.Key.FirewallMark);

    private IReadOnlyList<T> Read<T>(Func<IIpvsClient, IReadOnlyList<T>> read)
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

    /// <summary>Returns why the kernel's IPVS cannot be used, or null when it can.</summary>
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

/// <summary>The kernel's entry of a service.</summary>
/// <param name="Entry">The entry; null when there is none.</param>
/// <param name="Error">The reason why there is no entry; null when there is one.</param>
internal sealed record KernelView(TableEntry? Entry, string? Error)
{
    public DestinationEntry? Find(DestinationKey key) => Entry?.Destinations.FirstOrDefault(entry => entry.Destination.Key == key);
}

internal static class DestinationEntryExtensions
{
    /// <summary>Returns the number of connections in any state, without persistence templates.</summary>
    public static long Connections(this DestinationEntry entry) => (long)entry.ActiveConnections + entry.InactiveConnections;
}
