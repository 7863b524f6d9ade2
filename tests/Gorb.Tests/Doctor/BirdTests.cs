using System.Net;
using Gorb.Doctor.Facts;

namespace Gorb.Tests.Doctor;

/// <summary>What BIRD says about the addresses of services. The replies are those of BIRD 2.0.12.</summary>
public sealed class BirdTests
{
    private static readonly string[] Protocols =
    [
        "2002-Name       Proto      Table      State  Since         Info",
        "1002-device1    Device     ---        up     12:31:11.385  ",
        " vips       Direct     ---        up     12:31:11.385  ",
        " router1    BGP        ---        up     12:31:12.210  Established   ",
        " router2    BGP        ---        start  12:31:12.210  Active        ",
        "0000 ",
    ];

    [Fact]
    public void Sessions_AreFound_WithTheirState() => BirdReader.ParseSessions(Protocols).Should().Equal(("router1", true), ("router2", false));

    [Theory]
    [InlineData(true, "1007-Table master4:", " 10.9.7.100/32        unicast [vips 12:31:15.137] * (240)", " \tdev gorb0", "0000 ")]
    [InlineData(false, "8001 Network not found")]
    [InlineData(false, "9001 syntax error, unexpected CF_SYM_UNDEFINED")]
    public void Route_IsFound(bool isFound, params string[] reply) => BirdReader.IsFound(reply).Should().Be(isFound);

    [Fact]
    public void WithoutBird_NothingIsSaid() => BirdReader.Read("/nonexistent/bird.ctl", [Planted.Vip]).Should().BeNull();

    [Theory]
    [InlineData("gorb0", 1, false, true)]
    [InlineData("gorb0", 1, true, false)]
    [InlineData("gorb0", 0, false, false)]
    [InlineData("eth7", 1, false, false)]
    public void AnAddressOnTheDummy_ThatNoNeighbourHearsOf_IsFound(string device, int neighbors, bool isAnnounced, bool isTold)
    {
        var host = Planted.Host(Planted.Service(null, Planted.BackendSpec()));
        host = host with
        {
            Links = [.. host.Links, Planted.Link(3, device, "dummy")],
            Addresses = [.. host.Addresses.Where(static entry => !entry.Address.Equals(Planted.Vip)), Planted.Address(3, $"{Planted.Vip}", 32)],
            Bird = new BirdFacts(neighbors, isAnnounced ? new HashSet<IPAddress> { Planted.Vip } : []),
        };

        Planted.Find(host, "vip-not-announced").Should().HaveCount(isTold ? 1 : 0);
    }
}
