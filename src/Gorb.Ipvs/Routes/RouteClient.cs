using System.Net;
using Gorb.Ipvs.Interop;
using Gorb.Ipvs.Netlink;

namespace Gorb.Ipvs.Routes;

/// <summary>
/// Asks the kernel how it would route a packet, and reads its neighbours (rtnetlink(7)), in the network namespace of the thread that makes the first call.
/// It changes nothing and needs no privilege. Calls are synchronous. Not thread-safe.
/// </summary>
/// <remarks>Every call throws <see cref="NetlinkException"/> when the netlink exchange breaks.</remarks>
public sealed class RouteClient : IDisposable
{
    private readonly NetlinkConnection _connection;
    private readonly RequestBatch _request = new();

    internal RouteClient(Func<INetlinkSocket> open) => _connection = new NetlinkConnection(open);

    /// <summary>Makes a client of the running kernel.</summary>
    public static RouteClient Create() => new(KernelSocket.OpenRoute);

    /// <summary>Asks for the route of a packet, by the routing rules and tables as they are now.</summary>
    public RouteAnswer Lookup(RouteQuery query)
    {
        var bits = (byte)(8 * query.Destination.GetAddressBytes().Length);
        var body = Begin(RouteRequest.GetRoute, MessageFlags.None);
        body.WriteFixed(new RouteHeader(Route.Family(query.Destination), bits, query.Source is null ? (byte)0 : bits, 0, 0, 0, 0, 0, RouteHeader.TellTable));
        body.Write(RouteAttribute.Destination, query.Destination.GetAddressBytes());
        if (query.Source is { } source)
        {
            body.Write(RouteAttribute.Source, source.GetAddressBytes());
        }

        WriteLinks(ref body, query);
        _request.End(body);
        return _connection.Get(_request, Route.Read, out var route) is { } error ? new RouteAnswer(null, error.Errno) : new RouteAnswer(route, Errno.None);
    }

    /// <summary>Finds the neighbour of an address on a link; null when the kernel has no entry.</summary>
    /// <exception cref="RouteException">The kernel refused.</exception>
    public NeighborEntry? FindNeighbor(uint link, IPAddress address)
    {
        var body = Begin(RouteRequest.GetNeighbor, MessageFlags.None);
        body.WriteFixed(new NeighborHeader(Route.Family(address), 0, 0, link, 0, 0, 0));
        body.Write(NeighborAttribute.Destination, address.GetAddressBytes());
        _request.End(body);
        var error = _connection.Get(_request, NeighborEntry.Read, out var neighbor);
        ThrowIf(error is { Errno: Errno.ENOENT or Errno.ENODEV } ? null : error, $"read the neighbour {address}");
        return error is null ? neighbor : null;
    }

    /// <summary>All neighbours of both families, on every link.</summary>
    /// <exception cref="RouteException">The kernel refused.</exception>
    public IReadOnlyList<NeighborEntry> GetNeighbors()
    {
        var body = Begin(RouteRequest.GetNeighbor, MessageFlags.Dump);
        body.WriteFixed(default(NeighborHeader));
        _request.End(body);
        ThrowIf(_connection.Dump(_request, NeighborEntry.Read, out var neighbors), "read the neighbours");
        return [.. neighbors.OfType<NeighborEntry>()];
    }

    /// <inheritdoc/>
    public void Dispose() => _connection.Dispose();

    private static void WriteLinks(ref AttributeWriter body, RouteQuery query)
    {
        if (query.InputLink is { } input)
        {
            body.Write(RouteAttribute.InputLink, input);
        }

        if (query.OutputLink is { } output)
        {
            body.Write(RouteAttribute.OutputLink, output);
        }

        if (query.Mark != 0)
        {
            body.Write(RouteAttribute.Mark, query.Mark);
        }
    }

    private AttributeWriter Begin(MessageType message, MessageFlags flags)
    {
        _request.Clear();
        return _request.Begin(message, flags);
    }

    private static void ThrowIf(KernelError? error, string operation)
    {
        if (error is { } refusal)
        {
            throw new RouteException($"{operation}: {refusal.Errno}{(refusal.Text is { } text ? $" ({text})" : "")}", refusal.Errno);
        }
    }
}

/// <summary>The kernel's answer to the question for a route.</summary>
/// <param name="Route">The route; null when the packet is not routed.</param>
/// <param name="Errno">
/// Why it is not routed: ENETUNREACH (no route), EHOSTUNREACH, EACCES (prohibited), EINVAL (a black hole, or a source that must not occur), EXDEV (the source
/// fails the reverse path filter of the input link; EINVAL since Linux 6.13), ENODEV (no such link).
/// </param>
public sealed record RouteAnswer(Route? Route, Errno Errno);

/// <summary>The kernel refused to read routes or neighbours.</summary>
public sealed class RouteException : Exception
{
    internal RouteException(string message, Errno errno)
        : base(message) => Errno = errno;

    /// <summary>The kernel's error number.</summary>
    public Errno Errno { get; }
}
