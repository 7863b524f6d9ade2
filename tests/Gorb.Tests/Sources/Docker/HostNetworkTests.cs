using System.Net;
using Gorb.Sources.Docker;

namespace Gorb.Tests.Sources.Docker;

/// <summary>Containers on the host's network (--network host).</summary>
public sealed class HostNetworkTests
{
    private static readonly WantedReader Reader = new(() => Containers.Host, exposedByDefault: true, rules: Containers.AnyVip);

    [Fact]
    public void Read_PortOfTheLabel_IsReachedAtTheHostsAddress()
    {
        var wanted = Resolve(OnHost(("gorb.port", "80"), ("gorb.vip", ":8080")));

        wanted.Complaints.Should().BeEmpty();
        wanted.Services["acme-web-1.2-80-tcp"].Members.ToJsonString().Should().Be("""{"port":8080,"protocol":"tcp"}""");
        wanted.Backends[("acme-web-1.2-80-tcp", "a-80-tcp")].Members.ToJsonString().Should().Be("""{"host":"10.9.0.1","port":80,"method":"nat"}""");
    }

    [Fact]
    public void Read_Udp_IsReachedToo() =>
        Resolve(OnHost(("gorb.port", "53/udp"), ("gorb.vip", "10.9.0.100"))).Backends.Keys.Should().Equal([("acme-web-1.2-53-udp", "a-53-udp")]);

    [Fact]
    public void Read_WithoutAPort_IsLeftOut_InSilenceUnlessItNamesAService()
    {
        Resolve(OnHost()).Should().BeEquivalentTo(new { Backends = Array.Empty<object>(), Complaints = Array.Empty<string>() });
        Resolve(OnHost(("gorb.service", "shop"))).Complaints.Should().ContainSingle().Which.Should().StartWith("container a: label gorb.port: is required, because the container uses the host's network");
    }

    [Theory]
    [InlineData("")]
    [InlineData("10.9.0.1:80")]
    [InlineData(":80")]
    public void Resolve_ServiceAtTheAddressOfItsOwnBackend_IsRefused(string vip)
    {
        var wanted = Resolve(OnHost(("gorb.port", "80"), ("gorb.vip", vip)));

        wanted.Services.Should().BeEmpty();
        wanted.Backends.Should().BeEmpty();
        wanted.Complaints.Should().ContainSingle().Which.Should().StartWith(vip.Length == 0 ? "container a: port 80/tcp: " : $"container a: label gorb.vip={vip}: ")
            .And.Contain("the container listens at 10.9.0.1:80 itself, which would be the address of service acme-web-1.2-80-tcp, too").And.Contain("gorb.vip");
    }

    [Fact]
    public void Resolve_ServiceOfOthersAtTheContainersAddress_KeepsWorkingWithoutIt()
    {
        var wanted = Resolve(OnHost(("gorb.port", "80")), Containers.Web("b", ["8001:80/tcp"]));

        wanted.Backends.Values.Select(backend => backend.Source.Name).Should().Equal("b");
        wanted.Complaints.Should().ContainSingle().Which.Should().StartWith("container a: ");
    }

    [Fact]
    public void Resolve_ServiceAtAnotherAddress_IsNotRefusedForTheContainersOwnListener()
    {
        var wanted = Containers.Resolve(
            Reader.Read([OnHost(("gorb.port", "80"), ("gorb.vip", "10.9.0.100"))], Containers.NoneQuiesced), listeners: [new Listener("tcp", IPAddress.Any, 80)]);

        wanted.Complaints.Should().BeEmpty();
        wanted.Backends.Should().ContainSingle();
    }

    [Theory]
    [InlineData("gorb.forward", "dr", "label gorb.forward=dr: must be nat")]
    [InlineData("gorb.pulse.port", "4672", "label gorb.pulse.port=4672: must be 80")]
    public void Read_WhatWouldReachIntoTheHost_IsRefused(string label, string value, string complaint)
    {
        var claims = Reader.Read([OnHost(("gorb.port", "80"), ("gorb.vip", "10.9.0.100"), (label, value))], Containers.NoneQuiesced);

        claims.All.Should().BeEmpty();
        claims.Complaints.Should().ContainSingle().Which.Should().StartWith($"container a: {complaint}");
    }

    private static Container OnHost(params (string, string)[] labels) => Containers.Web("a", [], labels) with
    {
        Networks = new Dictionary<string, ContainerAddress> { ["host"] = default },
    };

    private static Wanted Resolve(params Container[] containers)
    {
        var claims = Reader.Read(containers, Containers.NoneQuiesced);
        var wanted = Containers.Resolve(claims);
        return wanted with { Complaints = [.. claims.Complaints, .. wanted.Complaints] };
    }
}
