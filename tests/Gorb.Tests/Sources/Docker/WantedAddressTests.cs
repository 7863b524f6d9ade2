using System.Net;
using Gorb.Sources.Docker;

namespace Gorb.Tests.Sources.Docker;

/// <summary>The addresses at which published ports are reachable, or not.</summary>
public sealed class WantedAddressTests
{
    private static readonly WantedReader Reader = new(() => Containers.Host, exposedByDefault: true, rules: Containers.AnyVip);

    [Theory]
    [InlineData("127.0.0.1", "127.0.0.1")]
    [InlineData("127.0.0.53", "127.0.0.53")]
    [InlineData("::1", "[::1]")]
    public void Read_PortOfLoopbackOnly_IsLeftOut_AndNamed(string address, string written)
    {
        var wanted = Read(Containers.Web("web", [$"{address}|8080:80/tcp"]));

        wanted.Backends.Should().BeEmpty();
        wanted.Complaints.Should().ContainSingle().Which.Should().StartWith($"container web: port 80/tcp: is published on {written} only, where nothing that is forwarded arrives");
    }

    [Fact]
    public void Read_PortOfLoopbackBesideOthers_IsLeftOutInSilence()
    {
        var wanted = Read(Containers.Web("web", ["127.0.0.1|8080:80/tcp", "192.168.7.7|8080:80/tcp", "::1|9090:9090/tcp"]));

        wanted.Complaints.Should().BeEmpty();
        wanted.Backends.Values.Select(backend => $"{backend.Members["host"]}").Should().Equal("192.168.7.7");
    }

    [Fact]
    public void Read_PortOfLoopbackThatALabelNames_IsNamed()
    {
        var wanted = Read(Containers.Web("web", ["127.0.0.1|9090:9090/tcp", "8080:80/tcp"], ("gorb.port", "9090")));

        wanted.Backends.Should().BeEmpty();
        wanted.Complaints.Should().ContainSingle().Which.Should().StartWith("container web: port 9090/tcp: is published on 127.0.0.1 only");
    }

    [Fact]
    public void Read_PortOfLoopback_InsideANetworkThatALabelNames_IsReachedThere()
    {
        var container = Containers.Web("web", ["127.0.0.1|8080:80/tcp"], ("gorb.network", "lan")) with
        {
            Networks = new Dictionary<string, ContainerAddress> { ["lan"] = new(IPAddress.Parse("10.9.0.50"), null) },
        };

        Read(container).Backends.Values.Select(backend => $"{backend.Members["host"]}").Should().Equal("10.9.0.50");
    }

    [Fact]
    public void Read_HostWithoutAddress_KnowsWhatAwaitsIt_AndSaysSo()
    {
        var wanted = Resolve(Without(v4: null, v6: null).Read([Containers.Web("own", ["192.168.7.7|8080:80/tcp"]), Containers.Web("web", ["32768:80/tcp"])], Containers.NoneQuiesced));

        wanted.Backends.Values.Select(backend => (backend.Name, backend.IsAwaiting)).Should().Equal(("own-8080-tcp", false), ("web-32768-tcp", true));
        wanted.Backends.Values.Last().Members.ToJsonString().Should().Be("""{"port":32768,"method":"nat"}""");
        wanted.Services.Values.Single().IsAwaiting.Should().BeFalse("one of its backends can be made");
        wanted.Complaints.Should().ContainSingle().Which.Should().StartWith("device eth0 has no IPv4 address at present: ");
    }

    [Fact]
    public void Read_HostWithoutIpv4_IsReachedByIpv6_AndKnowsWhatAwaitsIpv4()
    {
        var wanted = Resolve(Without(v4: null, Containers.Host.V6).Read([Containers.Web("web", ["8080:80/tcp", "::|8080:80/tcp"])], Containers.NoneQuiesced));

        wanted.Services.Values.Select(service => (service.Name, service.IsAwaiting)).Should().BeEquivalentTo([("acme-web-1.2-80-tcp", true), ("acme-web-1.2-80-tcp-v6", false)]);
        wanted.Backends[("acme-web-1.2-80-tcp-v6", "web-8080-tcp")].Members["host"]!.ToString().Should().Be("fd00:9::1");
        wanted.Complaints.Should().BeEmpty();
    }

    [Fact]
    public void Read_HostWithoutIpv6_DoesNotMissIt_WhereIpv4Leads()
    {
        var wanted = Resolve(Without(Containers.Host.V4, v6: null).Read([Containers.Web("web", ["8080:80/tcp", "::|8080:80/tcp"])], Containers.NoneQuiesced));

        wanted.Backends.Values.Select(backend => $"{backend.Members["host"]}").Should().Equal("10.9.0.1");
        wanted.Complaints.Should().BeEmpty();
    }

    private static WantedReader Without(IPAddress? v4, IPAddress? v6) => new(() => new HostAddress("eth0", v4, v6), exposedByDefault: true);

    private static Wanted Read(params Container[] containers) => Resolve(Reader.Read(containers, Containers.NoneQuiesced));

    /// <summary>Resolves claims against a Gorb without services; the result has the complaints of reader and resolver.</summary>
    private static Wanted Resolve(Claims claims)
    {
        var wanted = Containers.Resolve(claims);
        return wanted with { Complaints = [.. claims.Complaints, .. wanted.Complaints] };
    }
}
