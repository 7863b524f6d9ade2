using Gorb.Ipvs;

namespace Gorb.KernelTests.Lab;

/// <summary>Tests of the lab itself: when they fail, all other results are meaningless.</summary>
public sealed class LabTests
{
    public static TheoryData<string, bool, TransportProtocol> Direct =>
    [
        ("b1", false, TransportProtocol.Tcp), ("b2", true, TransportProtocol.Tcp), ("b3", false, TransportProtocol.Udp), ("b1", true, TransportProtocol.Udp),
        ("b2", false, TransportProtocol.Sctp),
    ];

    [Theory]
    [MemberData(nameof(Direct))]
    public void Backend_VisitedDirectly_SaysItsName(string backend, bool v6, TransportProtocol protocol) =>
        Visitor.Visit(Network.Address(backend, v6), NameServer.Port, 2, protocol).Should().Equal(backend, backend);

    [Fact]
    public void Ipvs_ByIpvsadmAlone_Balances()
    {
        Shell.Run("ipvsadm", "-A", "-t", "10.9.0.100:80", "-s", "rr");
        Shell.Run("ipvsadm", "-a", "-t", "10.9.0.100:80", "-r", "10.9.0.21:80", "-m");
        Shell.Run("ipvsadm", "-a", "-t", "10.9.0.100:80", "-r", "10.9.0.22:80", "-g");
        Shell.Run("ipvsadm", "-a", "-t", "10.9.0.100:80", "-r", "10.9.0.23:80", "-i");

        Visitor.Spread(Network.Vip4, 80, 9).Values.Should().Equal(3, 3, 3);

        Kernel.ClearTable();
    }

    /// <summary>Of a test that has both, xunit calls <see cref="IAsyncDisposable.DisposeAsync"/> alone: what the other would have put back stayed as it was for all later tests.</summary>
    [Fact]
    public void NoTest_HasTwoWaysOfBeingDisposed() =>
        typeof(LabTests).Assembly.GetTypes().Where(static type => typeof(IDisposable).IsAssignableFrom(type) && typeof(IAsyncDisposable).IsAssignableFrom(type)).Should().BeEmpty();
}
