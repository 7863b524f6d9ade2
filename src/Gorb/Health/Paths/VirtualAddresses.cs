using System.Net;
using Gorb.Writer;

namespace Gorb.Health.Paths;

/// <summary>The virtual addresses of all services, computed once for each version of the table.</summary>
internal sealed class VirtualAddresses(TableWriter tableWriter)
{
    private volatile Known? _known;

    public IReadOnlySet<IPAddress> Current
    {
        get
        {
            var table = tableWriter.Current;
            if (_known is { } known && ReferenceEquals(known.Names, table.Names))
            {
                return known.Addresses;
            }

            var addresses = table.Names.Keys.Select(static key => key.Address).OfType<IPAddress>().ToHashSet();
            _known = new Known(table.Names, addresses);
            return addresses;
        }
    }

    /// <param name="Names">The kernel keys of the table, which stay the same object while only backends and verdicts change.</param>
    /// <param name="Addresses">The addresses among them.</param>
    private sealed record Known(object Names, IReadOnlySet<IPAddress> Addresses);
}
