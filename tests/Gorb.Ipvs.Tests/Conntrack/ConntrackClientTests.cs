using System.Net;
using System.Net.Sockets;
using Gorb.Ipvs.Conntrack;
using Gorb.Ipvs.Netlink;
using Gorb.Tests.Shared;

namespace Gorb.Ipvs.Tests.Conntrack;

public sealed class ConntrackClientTests
{
    private static readonly ServiceKey Dns = ServiceKey.ForAddress(TransportProtocol.Udp, IPAddress.Parse("10.0.0.1"), 53);
    private static readonly DestinationKey Real = new(IPAddress.Parse("10.0.0.5"), 5353);

    private readonly FakeConntrack _kernel = new();
    private uint _lastId;

    [Fact]
    public void Delete_OfADestination_LeavesAllOtherEntries()
    {
        Add("10.0.0.1:53", "10.0.0.5:5353");
        var others = new[]
        {
            Add("10.0.0.1:53", "10.0.0.6:5353"), // another destination
            Add("10.0.0.1:53", "10.0.0.5:5354"), // another port of the destination
            Add("10.0.0.2:53", "10.0.0.5:5353"), // another service with the destination
            Add("10.0.0.1:54", "10.0.0.5:5353"),
            Add("10.0.0.5:5353", "10.0.0.5:5353"), // a direct flow, without IPVS
            Add("10.0.0.1:53", "10.0.0.1:53"), // not translated
            Add("10.0.0.1:53", "10.0.0.5:5353", TransportProtocol.Tcp),
        };
        Add("10.0.0.1:53", "10.0.0.5:5353");

        Delete(Dns, Real).Should().Be(2);

        _kernel.Flows.Should().Equal(others);
    }

    [Theory]
    [InlineData("2001:db8::1", "2001:db8::5", 53, 0)]
    [InlineData("2001:db8::1", "2001:db8::5", 0, 0)]
    [InlineData("10.0.0.1", "10.0.0.5", 53, 53)]
    public void Delete_WithPortZero_IsOfTheServicesPorts(string virtualAddress, string real, ushort servicePort, ushort realPort)
    {
        Add(Point(virtualAddress, 53), Point(real, 53));
        Add(Point(virtualAddress, 54), Point(real, 54));
        Add(Point(virtualAddress, 53), Point(virtualAddress, 53));

        var deleted = Delete(ServiceKey.ForAddress(TransportProtocol.Udp, IPAddress.Parse(virtualAddress), servicePort), new DestinationKey(IPAddress.Parse(real), realPort));

        deleted.Should().Be(servicePort == 0 ? 2 : 1);
        _kernel.Flows.Should().HaveCount(3 - deleted);
    }

    [Fact]
    public void Delete_OfAFirewallMark_IsOfAllThatIpvsTranslates()
    {
        Add("10.0.0.1:53", "10.0.0.5:5353");
        Add("10.0.0.2:99", "10.0.0.5:5353");
        var direct = Add("10.0.0.5:5353", "10.0.0.5:5353");
        var ruled = new FakeFlow(++_lastId, Client(), Point("10.0.0.3", 53), Point("10.0.0.5", 5353)) { Status = EntryStatus.DestinationRewritten };
        _kernel.Flows.Add(ruled);

        Delete(ServiceKey.ForFirewallMark(7, AddressFamily.InterNetwork), Real).Should().Be(2);

        _kernel.Flows.Should().Equal(direct, ruled);
    }

    [Fact]
    public void Delete_OfMany_GoesInBatchesWhileItReads()
    {
        for (var i = 0; i < 500; i++)
        {
            Add("10.0.0.1:53", i % 2 == 0 ? "10.0.0.5:5353" : "10.0.0.6:5353");
        }

        Delete(Dns, Real).Should().Be(250);

        _kernel.Flows.Should().HaveCount(250).And.OnlyContain(flow => flow.Server.Address.Equals(IPAddress.Parse("10.0.0.6")));
        _kernel.MaxBatch.Should().Be(RequestBatch.MaxMessages);
        _kernel.Sent.Should().HaveCount(4); // the count, the dump, and 128 and 122 deletions
    }

    [Fact]
    public void DestinationOfAnotherFamily_HasNoTranslatedFlows()
    {
        Delete(Dns, new DestinationKey(IPAddress.Parse("2001:db8::5"), 53)).Should().Be(0);

        _kernel.Sent.Should().BeEmpty();
    }

    [Fact]
    public void EmptyTable_IsNotRead()
    {
        Delete(Dns, Real).Should().Be(0);

        _kernel.Sent.Should().ContainSingle();
    }

    [Fact]
    public void KernelWithoutConntrack_IsAnEmptyTable()
    {
        _kernel.Refuse = static _ => Errno.EINVAL; // nfnetlink without the subsystem of connection tracking
        Delete(Dns, Real).Should().Be(0);

        _kernel.RefuseSocket = Errno.EPROTONOSUPPORT;
        Delete(Dns, Real).Should().Be(0);
    }

    [Fact]
    public void Refusals_SayWhatWasAskedAndWhatHelps()
    {
        Add("10.0.0.1:53", "10.0.0.5:5353");

        _kernel.Refuse = static _ => Errno.EPERM;
        Deleting().Should().Throw<ConntrackException>().WithMessage("conntrack count entries: EPERM (*CAP_NET_ADMIN*)");
        _kernel.Refuse = static message => message == ConntrackMessage.Get ? Errno.ENOMEM : Errno.None;
        Deleting().Should().Throw<ConntrackException>().WithMessage("conntrack read flows of udp/10.0.0.1:53: ENOMEM");
        _kernel.RefuseSocket = Errno.EACCES;
        Deleting().Should().Throw<NetlinkTransportException>();
    }

    [Fact]
    public void RefusedDeletion_StopsNoOther_AndOneThatIsGoneIsNone()
    {
        Add("10.0.0.1:53", "10.0.0.5:5353");
        Add("10.0.0.1:53", "10.0.0.5:5353");
        Add("10.0.0.1:53", "10.0.0.5:5353");
        var deletions = 0;
        _kernel.Refuse = message => message != ConntrackMessage.Delete ? Errno.None : deletions++ switch { 0 => Errno.EBUSY, 1 => Errno.ENOENT, _ => Errno.None };

        Deleting().Should().Throw<ConntrackException>().WithMessage("conntrack delete flows of udp/10.0.0.1:53 to 10.0.0.5:5353: EBUSY (*flowtable*)");

        _kernel.Flows.Should().HaveCount(2);
    }

    private int Delete(ServiceKey service, DestinationKey destination)
    {
        using var client = _kernel.Connect();
        return client.DeleteUdpFlows(service, destination);
    }

    private Func<int> Deleting() => () => Delete(Dns, Real);

    private FakeFlow Add(string service, string server, TransportProtocol protocol = TransportProtocol.Udp)
    {
        var flow = Add(IPEndPoint.Parse(service), IPEndPoint.Parse(server)) with { Protocol = protocol };
        _kernel.Flows[^1] = flow;
        return flow;
    }

    private FakeFlow Add(IPEndPoint service, IPEndPoint server)
    {
        _kernel.Flows.Add(new FakeFlow(++_lastId, service.AddressFamily == AddressFamily.InterNetwork ? Client() : Point("2001:db8::9", 4660), service, server));
        return _kernel.Flows[^1];
    }

    private static IPEndPoint Client() => Point("10.0.0.9", 4660);

    private static IPEndPoint Point(string address, int port) => new(IPAddress.Parse(address), port);
}
