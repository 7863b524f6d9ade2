using System.Net;
using Gorb.Ipvs;
using Gorb.KernelTests.Lab;

namespace Gorb.KernelTests.Library;

/// <summary>Written settings are shown by ipvsadm and read back unchanged.</summary>
public sealed class TableTests : LibraryTest
{
    /// <summary>Destinations with every setting.</summary>
    private static readonly Destination[] Destinations =
    [
        new(Backend(1)) { Weight = 0, UpperThreshold = 100, LowerThreshold = 60 },
        new(Backend(2, 8080)) { Weight = int.MaxValue, Forwarding = ForwardingMethod.Masquerade },
        new(Backend(3)) { Forwarding = ForwardingMethod.DirectRoute },
        new(Backend(4)) { Forwarding = ForwardingMethod.Tunnel },
        new(Backend(5)) { Forwarding = ForwardingMethod.Tunnel, Tunnel = new TunnelOptions(TunnelType.Gue, 6080, TunnelChecksum.Full) },
        new(Backend(6)) { Forwarding = ForwardingMethod.Tunnel, Tunnel = new TunnelOptions(TunnelType.Gue, 6081, TunnelChecksum.Remote) },
        new(Backend(7)) { Forwarding = ForwardingMethod.Tunnel, Tunnel = new TunnelOptions(TunnelType.Gre) },
        new(new DestinationKey(IPAddress.Parse("fd00:9::21"), 80)) { Forwarding = ForwardingMethod.Tunnel },
    ];

    /// <summary>Services with every setting.</summary>
    private static readonly VirtualService[] Services =
    [
        new(Web) { Scheduler = "sh", Flags = ServiceFlags.Scheduler1 | ServiceFlags.Scheduler2 },
        new(Web6) { Flags = ServiceFlags.Persistent, PersistenceTimeout = 45, Netmask = Netmask.FromPrefixLength(Web6.Family, 64) },
        new(Mark) { Flags = ServiceFlags.Persistent, PersistenceTimeout = 360, Netmask = Netmask.FromPrefixLength(Mark.Family, 20) },
        new(ServiceKey.ForFirewallMark(7, Web6.Family)) { Scheduler = "lc" },
        new(ServiceKey.ForAddress(TransportProtocol.Udp, Web.Address!, 53)) { Scheduler = "rr", Flags = ServiceFlags.OnePacket },
        new(ServiceKey.ForAddress(TransportProtocol.Udp, Web.Address!, 5060)) { Flags = ServiceFlags.Persistent, PersistenceTimeout = 60, PersistenceEngine = "sip" },
        new(ServiceKey.ForAddress(TransportProtocol.Sctp, Web.Address!, 36412)) { Scheduler = Schedulers.None },
        new(ServiceKey.ForAddress(TransportProtocol.Tcp, Web.Address!, 0)) { Flags = ServiceFlags.Persistent, PersistenceTimeout = 1 },
    ];

    [Fact]
    public void Services_WithEverySetting_AreReadBackAsWritten()
    {
        Apply([.. Services.Select(service => new IpvsChange.AddService(service))]);

        Client.GetServices().Select(entry => entry.Service).Should().BeEquivalentTo(Services);
        foreach (var service in Services)
        {
            Client.FindService(service.Key)!.Service.Should().Be(service);
        }
    }

    /// <summary>/proc/net/ip_vs equals the netlink replies, except for members that it does not print.</summary>
    [Fact]
    public void ProcTable_ShowsWhatIsAnswered()
    {
        Apply([.. Services.Select(service => new IpvsChange.AddService(service))]);
        Apply([.. Destinations.Where(destination => destination.Forwarding == ForwardingMethod.Masquerade || destination.Key.Port == 80)
            .Select(destination => new IpvsChange.AddDestination(Web, destination))]);
        var key6 = new DestinationKey(IPAddress.Parse("fd00:9::21"), 8080);
        Apply(new IpvsChange.AddDestination(Web6, new Destination(key6) { Weight = 3 }));

        var shown = ProcTable.Read();

        shown.Select(entry => entry.Service.Key).Should().BeEquivalentTo(Services.Select(service => service.Key).Where(key => !key.IsFirewallMark));
        foreach (var (service, destinations) in shown)
        {
            var answered = Client.FindService(service.Key)!.Service;
            (service.Scheduler, service.Flags).Should().Be((answered.Scheduler, answered.Flags & (ServiceFlags.Persistent | ServiceFlags.OnePacket)));
            destinations.Should().Equal(Client.GetDestinations(service.Key).Select(entry => entry.Destination with { Tunnel = default, UpperThreshold = 0, LowerThreshold = 0 }));
        }

        shown.Single(entry => entry.Service.Key == Web).Destinations.Should().HaveCountGreaterThan(5);
        shown.Single(entry => entry.Service.Key == Web6).Destinations.Should().ContainSingle().Which.Key.Should().Be(key6);
    }

    [Fact]
    public void Services_AreWhatIpvsadmShows()
    {
        Apply([.. Services.Select(service => new IpvsChange.AddService(service))]);

        Shell.Ipvsadm().Should().BeEquivalentTo(
            "-A -t 10.9.0.100:80 -s sh -b sh-fallback,sh-port",
            "-A -t [fd00:9::100]:80 -s wrr -p 45 -M 64",
            "-A -f 7 -s wrr -p 360 -M 255.255.240.0",
            "-A -f 7 -6 -s lc",
            "-A -u 10.9.0.100:53 -s rr -o",
            "-A -u 10.9.0.100:5060 -s wrr -p 60 --pe sip",
            "-A --sctp-service 10.9.0.100:36412 -s none",
            "-A -t 10.9.0.100:0 -s wrr -p 1");
    }

    [Fact]
    public void Destinations_WithEverySetting_AreReadBackAsWritten()
    {
        Apply([new IpvsChange.AddService(new VirtualService(Web)), .. Destinations.Select(destination => new IpvsChange.AddDestination(Web, destination))]);

        Client.GetDestinations(Web).Select(entry => entry.Destination).Should().BeEquivalentTo(Destinations);
        Client.GetTable().Should().ContainSingle().Which.Destinations.Should().HaveCount(Destinations.Length);
    }

    [Fact]
    public void Update_ReplacesEverySetting()
    {
        Apply(new IpvsChange.AddService(new VirtualService(Web) { Scheduler = "sh", Flags = ServiceFlags.Scheduler1 }), new IpvsChange.AddDestination(Web, Destinations[0]));
        var service = new VirtualService(Web) { Scheduler = "rr", Flags = ServiceFlags.Persistent, PersistenceTimeout = 9 };
        var destination = Destinations[4] with { Key = Destinations[0].Key, Weight = 3 };

        Apply(new IpvsChange.UpdateService(service), new IpvsChange.UpdateDestination(Web, destination));
        Client.FindService(Web)!.Service.Should().Be(service);
        Client.GetDestinations(Web).Single().Destination.Should().Be(destination);

        Apply(new IpvsChange.UpdateDestination(Web, Destinations[2] with { Key = destination.Key }));
        Client.GetDestinations(Web).Single().Destination.Tunnel.Should().Be(default(TunnelOptions));
    }

    [Fact]
    public void Remove_LeavesNothing()
    {
        Apply(new IpvsChange.AddService(new VirtualService(Web)), new IpvsChange.AddDestination(Web, Destinations[0]));

        Apply(new IpvsChange.RemoveDestination(Web, Destinations[0].Key));
        Client.GetDestinations(Web).Should().BeEmpty();

        Apply(new IpvsChange.RemoveService(Web));
        Client.GetServices().Should().BeEmpty();
        Client.FindService(Web).Should().BeNull();
    }

    [Fact]
    public void Table_OfAnEmptyKernel_IsEmpty() => Client.GetTable().Should().BeEmpty();

    [Fact]
    public void TenThousandChanges_AreAppliedAndReadBack()
    {
        IpvsChange[] changes =
        [
            new IpvsChange.AddService(new VirtualService(Web) { Scheduler = "rr" }),
            .. Enumerable.Range(0, 10_000).Select(i => new IpvsChange.AddDestination(Web, new Destination(Backend(i)) { Weight = i })),
        ];

        Apply(changes);

        Client.GetDestinations(Web).Select(entry => entry.Destination.Weight).Order().Should().Equal(Enumerable.Range(0, 10_000));
    }
}
