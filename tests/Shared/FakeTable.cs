using System.Buffers.Binary;
using Gorb.Ipvs;
using Gorb.Ipvs.Wire;

namespace Gorb.Tests.Shared;

/// <summary>
/// A table of services and destinations. It keeps attributes as received bytes and refuses requests like ip_vs_ctl.c (observed on 6.1, 6.12 and 7.3). It
/// shares no codec with the library.
/// </summary>
internal sealed class FakeTable
{
    private static readonly ServiceAttribute[] FullService = [ServiceAttribute.SchedulerName, ServiceAttribute.Flags, ServiceAttribute.Timeout, ServiceAttribute.Netmask];

    private static readonly DestinationAttribute[] FullDestination =
        [DestinationAttribute.ForwardingMethod, DestinationAttribute.Weight, DestinationAttribute.UpperThreshold, DestinationAttribute.LowerThreshold];

    private readonly Dictionary<string, FakeService> _services = [];

    /// <summary>The schedulers with an available module.</summary>
    public HashSet<string> Schedulers { get; } = ["rr", "wrr", "lc", "wlc", "sh", "mh", "sed", "nq", "fo", "ovf", "dh", "lblc", "lblcr", "none"];

    public IEnumerable<FakeService> Services => _services.Values;

    public void Flush() => _services.Clear();

    /// <summary>Sets the number of connections of every destination with the port, in all services.</summary>
    public void SetConnections(ushort port, uint count)
    {
        foreach (var destination in _services.Values.SelectMany(service => service.Destinations).Where(destination => BinaryPrimitives.ReadUInt16BigEndian(destination[(ushort)DestinationAttribute.Port]) == port))
        {
            destination[(ushort)DestinationAttribute.InactiveConnections] = BitConverter.GetBytes(count);
        }
    }

    /// <summary>Sets the number of connections that every service and every destination has counted.</summary>
    public void SetCounted(ulong connections)
    {
        var counters = FakeReply.Attribute((ushort)StatsAttribute.Connections, BitConverter.GetBytes(connections));
        foreach (var service in _services.Values)
        {
            service.Attributes[(ushort)ServiceAttribute.Stats64] = counters;
            foreach (var destination in service.Destinations)
            {
                destination[(ushort)DestinationAttribute.Stats64] = counters;
            }
        }
    }

    /// <summary>Sets what has been counted: for each destination as many connections as its number says, with packets and bytes, and for each service the sum.</summary>
    public void SetTraffic(Func<int, ulong> connections)
    {
        var number = 0;
        foreach (var service in _services.Values)
        {
            var sum = 0UL;
            foreach (var destination in service.Destinations)
            {
                var counted = connections(number++);
                sum += counted;
                destination[(ushort)DestinationAttribute.Stats64] = Traffic(counted);
            }

            service.Attributes[(ushort)ServiceAttribute.Stats64] = Traffic(sum);
        }
    }

    private static byte[] Traffic(ulong connections) =>
    [
        .. FakeReply.Attribute((ushort)StatsAttribute.Connections, BitConverter.GetBytes(connections)),
        .. FakeReply.Attribute((ushort)StatsAttribute.InPackets, BitConverter.GetBytes(connections * 9)),
        .. FakeReply.Attribute((ushort)StatsAttribute.OutPackets, BitConverter.GetBytes(connections * 12)),
        .. FakeReply.Attribute((ushort)StatsAttribute.InBytes, BitConverter.GetBytes(connections * 2_000)),
        .. FakeReply.Attribute((ushort)StatsAttribute.OutBytes, BitConverter.GetBytes(connections * 40_000)),
    ];

    public FakeService? Find(FakeRequest request) =>
        request.Nest(CommandAttribute.Service) is { } attributes ? _services.GetValueOrDefault(Key(attributes)) : null;

    public Errno Execute(FakeRequest request)
    {
        if (request.Nest(CommandAttribute.Service) is not { } service || !service.ContainsKey((ushort)ServiceAttribute.AddressFamily))
        {
            return Errno.EINVAL;
        }

        return request.IpvsCommand is IpvsCommand.NewService or IpvsCommand.SetService or IpvsCommand.DeleteService
            ? ExecuteService(request.IpvsCommand, Key(service), service)
            : ExecuteDestination(request, Key(service));
    }

    private Errno ExecuteService(IpvsCommand command, string key, Dictionary<ushort, byte[]> attributes)
    {
        var present = _services.GetValueOrDefault(key);
        if (command == IpvsCommand.DeleteService)
        {
            return _services.Remove(key) ? Errno.None : Errno.ESRCH;
        }

        if (FullService.Any(attribute => !attributes.ContainsKey((ushort)attribute)))
        {
            return Errno.EINVAL;
        }

        if (command == IpvsCommand.SetService == (present is null))
        {
            return present is null ? Errno.ESRCH : Errno.EEXIST;
        }

        if (!Schedulers.Contains(Text(attributes[(ushort)ServiceAttribute.SchedulerName])))
        {
            return Errno.ENOENT;
        }

        _services[key] = new FakeService(attributes, present?.Destinations ?? []);
        return Errno.None;
    }

    private Errno ExecuteDestination(FakeRequest request, string service)
    {
        if (!_services.TryGetValue(service, out var owner))
        {
            return Errno.ESRCH;
        }

        if (request.Nest(CommandAttribute.Destination) is not { } attributes)
        {
            return Errno.EINVAL;
        }

        var place = owner.Destinations.FindIndex(present => DestinationKey(present) == DestinationKey(attributes));
        if (request.IpvsCommand != IpvsCommand.NewDestination && place < 0)
        {
            return Errno.ENOENT;
        }

        if (request.IpvsCommand == IpvsCommand.DeleteDestination)
        {
            owner.Destinations.RemoveAt(place);
            return Errno.None;
        }

        if (Refuse(attributes) is var refusal and not Errno.None)
        {
            return refusal;
        }

        return Put(owner, place, attributes, request.IpvsCommand);
    }

    private static Errno Put(FakeService owner, int place, Dictionary<ushort, byte[]> attributes, IpvsCommand command)
    {
        if (command == IpvsCommand.SetDestination)
        {
            var present = owner.Destinations[place];
            foreach (var counted in present.Keys.Except(attributes.Keys)) // an edit leaves the connections as they are
            {
                attributes[counted] = present[counted];
            }

            owner.Destinations[place] = attributes;
            return Errno.None;
        }

        if (place >= 0)
        {
            return Errno.EEXIST;
        }

        owner.Destinations.Insert(0, attributes); // the kernel's list is newest first
        return Errno.None;
    }

    private static Errno Refuse(Dictionary<ushort, byte[]> attributes)
    {
        if (FullDestination.Any(attribute => !attributes.ContainsKey((ushort)attribute)))
        {
            return Errno.EINVAL;
        }

        var weight = BitConverter.ToInt32(attributes[(ushort)DestinationAttribute.Weight]);
        var upper = BitConverter.ToUInt32(attributes[(ushort)DestinationAttribute.UpperThreshold]);
        var lower = BitConverter.ToUInt32(attributes[(ushort)DestinationAttribute.LowerThreshold]);
        return weight < 0 || lower > upper ? Errno.ERANGE : Errno.None;
    }

    private static string Key(Dictionary<ushort, byte[]> attributes) => attributes.ContainsKey((ushort)ServiceAttribute.FirewallMark)
        ? Join(attributes, ServiceAttribute.AddressFamily, ServiceAttribute.FirewallMark)
        : Join(attributes, ServiceAttribute.AddressFamily, ServiceAttribute.Protocol, ServiceAttribute.Address, ServiceAttribute.Port);

    private static string DestinationKey(Dictionary<ushort, byte[]> attributes) =>
        Join(attributes, DestinationAttribute.Address, DestinationAttribute.Port, DestinationAttribute.AddressFamily);

    private static string Join<TAttribute>(Dictionary<ushort, byte[]> attributes, params TAttribute[] types) where TAttribute : struct, Enum =>
        string.Join('/', types.Select(type => Convert.ToHexString(attributes.GetValueOrDefault(Convert.ToUInt16(type, null)) ?? [])));

    private static string Text(byte[] payload) => System.Text.Encoding.ASCII.GetString(payload).TrimEnd('\0');
}

/// <summary>A service of the fake kernel with its destinations, newest first.</summary>
internal sealed record FakeService(Dictionary<ushort, byte[]> Attributes, List<Dictionary<ushort, byte[]>> Destinations);
