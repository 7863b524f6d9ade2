using System.Collections.Immutable;
using System.Net;
using Gorb.Model;

namespace Gorb.Targets.Host.Addresses;

/// <summary>
/// Counts the services of each address. The counts of a table are computed from those of the table before, so that a change costs the same in a large table as in a small one.
/// For the writer's thread only, except <see cref="Latest"/>.
/// </summary>
internal sealed class AddressCounts
{
    private Counted _before = new(Table.Empty, ImmutableDictionary<IPAddress, int>.Empty);
    private volatile Counted _latest = new(Table.Empty, ImmutableDictionary<IPAddress, int>.Empty);

    /// <summary>The counts of the last table. Can be read on any thread.</summary>
    public ImmutableDictionary<IPAddress, int> Latest => _latest.Counts;

    /// <summary>The address that a service needs on this host; null for a service by firewall mark, for an address that every host has (127.0.0.1), and for no service.</summary>
    public static IPAddress? AddressOf(Service? service) => service?.Spec.Key.Address is { } address && !IPAddress.IsLoopback(address) ? address : null;

    /// <summary>Returns the number of services of each address in a table.</summary>
    public ImmutableDictionary<IPAddress, int> Of(Table table)
    {
        if (ReferenceEquals(_latest.Table, table))
        {
            return _latest.Counts;
        }

        _latest = ReferenceEquals(_before.Table, table) ? _before : new Counted(table, Count(table));
        return _latest.Counts;
    }

    /// <summary>Returns the counts of a table that follows from another.</summary>
    /// <param name="from">The table before.</param>
    /// <param name="to">The table after.</param>
    /// <param name="touched">Names of the services that may differ.</param>
    public ImmutableDictionary<IPAddress, int> Follow(Table from, Table to, IReadOnlyCollection<string> touched)
    {
        var counts = Of(from);
        foreach (var name in touched)
        {
            var (old, now) = (AddressOf(from.Find(name)), AddressOf(to.Find(name)));
            if (!Equals(old, now))
            {
                counts = Add(Add(counts, old, -1), now, 1);
            }
        }

        _before = _latest;
        _latest = new Counted(to, counts);
        return counts;
    }

    private static ImmutableDictionary<IPAddress, int> Count(Table table) => table.Services.Values.Select(AddressOf).OfType<IPAddress>()
        .GroupBy(static address => address).ToImmutableDictionary(static group => group.Key, static group => group.Count());

    private static ImmutableDictionary<IPAddress, int> Add(ImmutableDictionary<IPAddress, int> counts, IPAddress? address, int number) => address is null ? counts
        : counts.GetValueOrDefault(address) + number is var count and not 0 ? counts.SetItem(address, count)
        : counts.Remove(address);

    private sealed record Counted(Table Table, ImmutableDictionary<IPAddress, int> Counts);
}
