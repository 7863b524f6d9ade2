using System.Globalization;
using System.Net;
using Gorb.Ipvs.Connections;
using Gorb.Model;
using Gorb.Model.Text;

namespace Gorb.Connections;

/// <summary>Which connections a client of the API asks for.</summary>
/// <param name="Service">Only those of this service; null for all.</param>
/// <param name="Backend">Only those of this backend of the service; null for all.</param>
/// <param name="Clients">Only those of clients in this network; null for all.</param>
/// <param name="ClientPort">Only those of this port of the client; null for all.</param>
/// <param name="Limit">How many connections, and how many backends, are listed; all are counted.</param>
internal sealed record ConnectionQuery(Service? Service, Backend? Backend, IPNetwork? Clients, ushort? ClientPort, int Limit)
{
    public const int DefaultLimit = 100;
    public const int MaxLimit = 10_000;

    /// <summary>Reads the members of a query.</summary>
    /// <exception cref="RequestException">One of them is wrong, or names what is not there.</exception>
    public static ConnectionQuery Read(Table table, string? service, string? backend, string? client, string? limit)
    {
        if (backend is not null && service is null)
        {
            throw RequestException.Invalid(new Problem("backend", backend, "needs the name of its service beside it, as in ?service=web&backend=b1"));
        }

        var owner = service is null ? null : table.Find(service) ?? throw RequestException.ServiceNotFound(service);
        var found = backend is null ? null : owner!.Backends.Find(backend) ?? throw RequestException.BackendNotFound(service!, backend);
        var (clients, port) = client is null ? (null, null) : ReadClient(client);
        return new ConnectionQuery(owner, found, clients, port, limit is null ? DefaultLimit : ReadLimit(limit));
    }

    /// <summary>True if a connection is of the clients that are asked for.</summary>
    public bool Matches(in ConnectionLine line) =>
        (Clients is not { } network || line.Client.IsWithin(ConnectionAddress.Of(network.BaseAddress), network.PrefixLength)) && (ClientPort is not { } port || line.ClientPort == port);

    private static (IPNetwork?, ushort?) ReadClient(string text)
    {
        if (AddressText.TryParseEndpoint(text, out var address, out var port))
        {
            return (new IPNetwork(address, 8 * address.GetAddressBytes().Length), port);
        }

        return AddressText.ParseNetwork(text) is { } network ? (network, null)
            : throw RequestException.Invalid(new Problem("client", text, "is not the address of a client; write ?client=10.9.0.10, with a port ?client=10.9.0.10:40000 or ?client=[fd00:9::10]:40000, or a network ?client=10.9.0.0/24"));
    }

    private static int ReadLimit(string text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var limit) && limit <= MaxLimit ? limit
        : throw RequestException.Invalid(new Problem("limit", ProblemList.Shorten(text), $"must be a number from 0 to {MaxLimit}; narrow the question with service, backend or client, because all connections are counted anyway"));
}
