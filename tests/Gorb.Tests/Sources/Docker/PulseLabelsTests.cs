using System.Net;
using Gorb.Sources.Docker;

namespace Gorb.Tests.Sources.Docker;

/// <summary>A health check from labels can probe only its own container.</summary>
public sealed class PulseLabelsTests
{
    private static readonly WantedReader Reader = new(() => Containers.Host, exposedByDefault: true);

    [Theory]
    [InlineData("type", "exec", "label gorb.shop.pulse.type: must be one of none, tcp, http, https, tls, udp, dns, grpc, ping, docker, and not exec")]
    [InlineData("type", "EXEC", "label gorb.shop.pulse.type: must be one of")]
    [InlineData("type", "telnet", "label gorb.shop.pulse.type: must be one of")]
    [InlineData("host", "127.0.0.1", "label gorb.shop.pulse.host=127.0.0.1: is not taken from labels, because the check of a container goes to this container")]
    [InlineData("port", "4672", "label gorb.shop.pulse.port=4672: is not a tcp port that this container publishes at this address")]
    [InlineData("method", "DELETE", "label gorb.shop.pulse.method=DELETE: must be GET or HEAD")]
    [InlineData("method", "post", "label gorb.shop.pulse.method=post: must be GET or HEAD")]
    [InlineData("headers", "x", "label gorb.shop.pulse.headers=x: is not taken from labels")]
    [InlineData("headers.Authorization", "x", "label gorb.shop.pulse.headers.Authorization=x: is not taken from labels")]
    [InlineData("program", "/bin/sh", "label gorb.shop.pulse.program=/bin/sh: is not taken from labels")]
    public void Read_CheckThatReachesBeyondTheContainer_IsRefused_AndTheOtherServiceWorks(string key, string value, string complaint)
    {
        var labels = new List<(string, string)> { ("gorb.shop.port", "80"), ("gorb.admin.port", "90"), ($"gorb.shop.pulse.{key}", value) };
        if (key != "type")
        {
            labels.Add(("gorb.shop.pulse.type", "http"));
        }

        var claims = Reader.Read([Containers.Web("a", ["8080:80/tcp", "9090:90/tcp"], [.. labels])], Containers.NoneQuiesced);

        claims.All.Select(claim => claim.Service.Name).Should().Equal("admin");
        claims.Complaints.Should().ContainSingle().Which.Should().StartWith($"container a: {complaint}");
    }

    [Theory]
    [InlineData("gorb.pulse.type", "http", "8080")] // the container publishes only UDP at this port, so the TCP port may belong to another program
    [InlineData("gorb.pulse.type", "tcp", "8080")]
    public void Read_CheckOfAnotherProtocolThanIsPublished_IsRefused(string label, string value, string port)
    {
        var claims = Reader.Read([Containers.Web("a", [$"{port}:53/udp"], (label, value))], Containers.NoneQuiesced);

        claims.All.Should().BeEmpty();
        claims.Complaints.Should().ContainSingle().Which.Should().Contain($"the check goes to port {port}/tcp of the host, which is not this container's");
    }

    [Theory]
    [InlineData("90", "9090")] // the container's own port
    [InlineData("9090", "9090")]
    public void Read_PortOfTheSameContainer_IsWhereItIsPublished(string port, string published)
    {
        var claims = Reader.Read(
            [Containers.Web("a", ["8080:80/tcp", "9090:90/tcp"], ("gorb.service", "shop"), ("gorb.port", "80"), ("gorb.pulse.type", "http"), ("gorb.pulse.port", port))], Containers.NoneQuiesced);

        claims.Complaints.Should().BeEmpty();
        claims.All.Single().Backend.Members["pulse"]!["args"]!["port"]!.ToString().Should().Be(published);
    }

    [Fact]
    public void Read_AnyPortOfAnAddressOfItsOwn_IsTheContainers()
    {
        var container = Containers.Web("a", [], ("gorb.network", "lan"), ("gorb.port", "80"), ("gorb.pulse.type", "http"), ("gorb.pulse.port", "9000"), ("gorb.pulse.method", "head")) with
        {
            Networks = new Dictionary<string, ContainerAddress> { ["lan"] = new(IPAddress.Parse("10.9.0.50"), null) },
        };

        var claims = Reader.Read([container], Containers.NoneQuiesced);

        claims.Complaints.Should().BeEmpty();
        claims.All.Single().Backend.Members["pulse"]!["args"]!.ToJsonString().Should().Be("""{"method":"head","port":"9000"}""");
    }

    [Fact]
    public void Read_CheckOverTcpOfADnsServer_IsTakenWhereItIsPublished()
    {
        var labels = new[] { ("gorb.port", "53/udp"), ("gorb.pulse.type", "dns"), ("gorb.pulse.name", "example.org"), ("gorb.pulse.tcp", "true") };

        Reader.Read([Containers.Web("a", ["5353:53/udp", "5353:53/tcp"], labels)], Containers.NoneQuiesced).Complaints.Should().BeEmpty();
        Reader.Read([Containers.Web("a", ["5353:53/udp"], labels)], Containers.NoneQuiesced).Complaints.Should().ContainSingle();
    }

    [Fact]
    public void Read_UnknownMember_IsNamed() => Reader.Read([Containers.Web("a", ["8080:80/tcp"], ("gorb.pulse.pth", "/"))], Containers.NoneQuiesced)
        .Complaints.Should().ContainSingle().Which.Should().StartWith("container a: label gorb.pulse.pth: is not known; known are backoff, expect");
}
