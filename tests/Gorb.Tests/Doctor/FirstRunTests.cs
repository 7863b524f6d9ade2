using Gorb.Doctor;
using Gorb.Doctor.Facts;
using Gorb.Ipvs;

namespace Gorb.Tests.Doctor;

public sealed class FirstRunTests
{
    private static readonly ProcessFacts Able = new() { Program = "/usr/bin/gorb" };

    [Fact]
    public void NothingIsMissing_NothingIsSaid()
    {
        FirstRun.Explain(Able, null, isContainer: false).Should().BeEmpty();
        FirstRun.Explain(Able, null, isContainer: true).Should().BeEmpty();
        FirstRun.Explain(Able with { IsInHostNamespace = false }, null, isContainer: false).Should().BeEmpty("a network namespace may be made to be a director");
    }

    [Theory]
    [InlineData(false, "sudo setcap cap_net_admin,cap_net_raw+ep /usr/bin/gorb")]
    [InlineData(true, "docker run --network host --cap-add NET_ADMIN")]
    public void WithoutRights(bool isContainer, string command) =>
        Expect(FirstRun.Explain(Able with { Capabilities = 0 }, Trouble(Errno.EPERM), isContainer), "lacks the capability NET_ADMIN", command);

    [Theory]
    [InlineData(false, "sudo /usr/bin/gorb")]
    [InlineData(true, "an engine that runs as root")]
    public void InAUserNamespace(bool isContainer, string command) => Expect(FirstRun.Explain(Able, Trouble(Errno.EPERM), isContainer), "user namespace", command);

    [Theory]
    [InlineData(false, "Run: sudo modprobe ip_vs")]
    [InlineData(true, "Run on the container's host: sudo modprobe ip_vs")]
    public void WithoutTheModule(bool isContainer, string command) => Expect(FirstRun.Explain(Able, Trouble(Errno.ENOENT), isContainer), "no IPVS", command);

    [Fact]
    public void ContainerWithItsOwnNetwork() =>
        Expect(FirstRun.Explain(Able with { IsInHostNamespace = false }, null, isContainer: true), "a network of its own", "docker run --network host");

    /// <summary>The refusal as the library reports it.</summary>
    private static IpvsException Trouble(Errno errno) => new(IpvsOperation.Connect, "", errno, null);

    private static void Expect(IReadOnlyList<string> lines, string missing, string command)
    {
        lines.Should().HaveCount(3);
        lines[0].Should().Contain(missing);
        lines[1].Should().Contain(command);
        lines[2].Should().Contain("gorb doctor");
    }
}
