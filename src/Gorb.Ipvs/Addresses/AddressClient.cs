using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Gorb.Ipvs.Interop;
using Gorb.Ipvs.Netlink;

namespace Gorb.Ipvs.Addresses;

/// <summary>
/// Reads and changes the links and addresses of a network namespace (rtnetlink(7)): the namespace of the thread that makes the first call. Calls are
/// synchronous. Not thread-safe.
/// </summary>
/// <remarks>Every call throws <see cref="AddressException"/> when the kernel refuses, and <see cref="NetlinkException"/> when the netlink exchange breaks.</remarks>
public sealed class AddressClient : IAddressClient
{
    /// <summary>The number of the loopback device in every namespace: LOOPBACK_IFINDEX of net/flow.h.</summary>
    public const uint Loopback = 1;

    private const byte NoDuplicateDetection = 0x02; // IFA_F_NODAD
    private const uint NoPrefixRoute = 0x200; // IFA_F_NOPREFIXROUTE

    private readonly NetlinkConnection _connection;
    private readonly RequestBatch _request = new();

    internal AddressClient(Func<INetlinkSocket> open) => _connection = new NetlinkConnection(open);

    /// <summary>Makes a client of the running kernel.</summary>
    public static AddressClient Create() => new(KernelSocket.OpenRoute);

    /// <inheritdoc/>
    public IReadOnlyList<NetworkLink> GetLinks()
    {
        var body = Begin(RouteMessage.GetLink, MessageFlags.Dump);
        body.WriteFixed(default(LinkHeader));
        _request.End(body);
        ThrowIf(_connection.Dump(_request, NetworkLink.Read, out var links), "read the links");
        return links;
    }

    /// <inheritdoc/>
    public NetworkLink? FindLink(string name)
    {
        var body = Begin(RouteMessage.GetLink, MessageFlags.None);
        body.WriteFixed(default(LinkHeader));
        body.WriteText(LinkAttribute.Name, name);
        _request.End(body);
        var error = _connection.Get(_request, NetworkLink.Read, out var link);
        ThrowIf(error is { Errno: Errno.ENODEV } ? null : error, $"read link {name}");
        return error is null ? link : null;
    }

    /// <inheritdoc/>
    public IReadOnlyList<LinkAddress> GetAddresses()
    {
        var body = Begin(RouteMessage.GetAddress, MessageFlags.Dump);
        body.WriteFixed(default(AddressHeader));
        _request.End(body);
        ThrowIf(_connection.Dump(_request, LinkAddress.Read, out var addresses), "read the addresses");
        return [.. addresses.OfType<LinkAddress>()];
    }

    /// <inheritdoc/>
    public void Add(uint link, IPAddress address, TimeSpan? validFor = null)
    {
        var body = BeginAddress(RouteMessage.NewAddress, RouteMessage.Create | RouteMessage.Replace, link, address);
        if (address.AddressFamily == AddressFamily.InterNetworkV6)
        {
            // The route to the address itself is in the table "local". A second one, of the prefix, would outlive an address whose lifetime is over, and keep its packets here.
            body.Write(AddressAttribute.Flags, NoDuplicateDetection | NoPrefixRoute);
        }

        if (validFor is { } limit)
        {
            var seconds = (uint)Math.Clamp(Math.Ceiling(limit.TotalSeconds), 1, AddressLifetime.Forever - 1);
            var lifetime = new AddressLifetime(seconds, seconds);
            body.Write(AddressAttribute.Lifetime, MemoryMarshal.AsBytes(new ReadOnlySpan<AddressLifetime>(in lifetime)));
        }

        ThrowIf(Explain(Send(body), Errno.EACCES, "IPv6 is disabled on this device: sysctl -w net.ipv6.conf.DEVICE.disable_ipv6=0"), $"add {address} to link {link}");
    }

    /// <inheritdoc/>
    public bool Remove(uint link, IPAddress address)
    {
        var error = Send(BeginAddress(RouteMessage.DeleteAddress, MessageFlags.None, link, address));
        var isAbsent = error is { Errno: Errno.EADDRNOTAVAIL or Errno.ENODEV };
        ThrowIf(isAbsent ? null : error, $"remove {address} from link {link}");
        return !isAbsent;
    }

    /// <inheritdoc/>
    /// <exception cref="AddressException">EOPNOTSUPP: the kernel module for dummy devices is not loaded.</exception>
    public void AddDummy(string name)
    {
        var body = Begin(RouteMessage.NewLink, MessageFlags.Acknowledge | RouteMessage.Create | RouteMessage.Exclusive);
        body.WriteFixed(default(LinkHeader));
        body.WriteText(LinkAttribute.Name, name);
        var info = body.BeginMarkedNest(LinkAttribute.Info);
        body.WriteText(LinkInfoAttribute.Kind, "dummy");
        body.EndNest(info);
        var error = Send(body);
        ThrowIf(error is { Errno: Errno.EEXIST } ? null : Explain(error, Errno.EOPNOTSUPP, "the kernel module is not loaded: modprobe dummy"), $"make the dummy device {name}");
    }

    /// <summary>Removes a virtual link. The kernel refuses to remove physical ones.</summary>
    /// <returns>False when there is no such link.</returns>
    public bool RemoveLink(uint link)
    {
        var error = Send(BeginLink(RouteMessage.DeleteLink, link, flags: 0));
        var isAbsent = error is { Errno: Errno.ENODEV };
        ThrowIf(isAbsent ? null : error, $"remove link {link}");
        return !isAbsent;
    }

    /// <inheritdoc/>
    public void SetUp(uint link) => Transact(BeginLink(RouteMessage.NewLink, link, LinkHeader.Up), $"set link {link} up");

    /// <inheritdoc/>
    public void Dispose() => _connection.Dispose();

    private AttributeWriter Begin(MessageType message, MessageFlags flags)
    {
        _request.Clear();
        return _request.Begin(message, flags);
    }

    private AttributeWriter BeginLink(MessageType message, uint link, uint flags)
    {
        var body = Begin(message, MessageFlags.Acknowledge);
        body.WriteFixed(new LinkHeader(0, 0, 0, link, flags, flags));
        return body;
    }

    private AttributeWriter BeginAddress(MessageType message, MessageFlags flags, uint link, IPAddress address)
    {
        var bytes = address.GetAddressBytes();
        var isV6 = address.AddressFamily == AddressFamily.InterNetworkV6;
        var body = Begin(message, flags | MessageFlags.Acknowledge);
        body.WriteFixed(new AddressHeader((byte)(isV6 ? 10 : 2), (byte)(8 * bytes.Length), isV6 ? NoDuplicateDetection : (byte)0, 0, link));
        body.Write(AddressAttribute.Local, bytes);
        body.Write(AddressAttribute.Address, bytes);
        return body;
    }

    private void Transact(AttributeWriter body, string operation) => ThrowIf(Send(body), operation);

    private KernelError? Send(AttributeWriter body)
    {
        _request.End(body);
        var errors = new KernelError?[1];
        _connection.Transact(_request, errors);
        return errors[0];
    }

    /// <summary>Adds the cause of an errno, unless the kernel tells it.</summary>
    private static KernelError? Explain(KernelError? error, Errno errno, string cause) =>
        error is { Text: null } silent && silent.Errno == errno ? new KernelError(errno, cause) : error;

    private static void ThrowIf(KernelError? error, string operation)
    {
        if (error is { } refusal)
        {
            throw new AddressException(operation, refusal);
        }
    }
}
