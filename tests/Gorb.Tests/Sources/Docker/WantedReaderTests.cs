using System.Net;
using Gorb.Sources.Docker;

namespace Gorb.Tests.Sources.Docker;

public sealed class WantedReaderTests
{
    private static readonly WantedReader Reader = new(() => Containers.Host, exposedByDefault: true, rules: Containers.AnyVip);

    [Fact]
    public void Read_PublishedPort_HasGorbsNamesAndAddresses()
    {
        var wanted = Read(Containers.Web("web-1", ["32768:80/tcp"]));

        wanted.Services.Should().ContainKey("acme-web-1.2-80-tcp").WhoseValue.Members.ToJsonString().Should().Be("""{"port":80,"protocol":"tcp"}""");
        wanted.Backends.Should().ContainKey(("acme-web-1.2-80-tcp", "web-1-32768-tcp")).WhoseValue.Members.ToJsonString()
            .Should().Be("""{"host":"10.9.0.1","port":32768,"method":"nat"}""");
        wanted.Complaints.Should().BeEmpty();
    }

    [Fact]
    public void Read_PortOfNoHost_IsLeftOut() => Read(Containers.Web("web", [":80/tcp"])).Backends.Should().BeEmpty();

    [Fact]
    public void Read_BothFamiliesOfOnePort_AreOneBackend()
    {
        var wanted = Read(Containers.Web("web", ["8080:80/tcp", "::|8080:80/tcp"]));

        wanted.Backends.Values.Select(backend => $"{backend.Members["host"]}").Should().Equal("10.9.0.1");
    }

    [Theory]
    [InlineData("32818:80/tcp", "::|32768:80/tcp")]
    [InlineData("::|32818:80/tcp", "32900:80/tcp")]
    public void Read_PortsThatTheEngineChose_AreOneBackend_ThoughTheFamiliesDiffer(string one, string other)
    {
        var wanted = Read(Containers.Web("web", [one, other], ("gorb.service", "shop")));

        wanted.Complaints.Should().BeEmpty();
        wanted.Backends.Values.Select(backend => $"{backend.Members["host"]}").Should().Equal("10.9.0.1");
    }

    [Fact]
    public void Read_PortsThatTheEngineChose_LeadToTheFamilyOfTheVip()
    {
        var wanted = Read(Containers.Web("web", ["32818:80/tcp", "::|32768:80/tcp"], ("gorb.vip", "[fd00::100]:81")));

        wanted.Backends.Values.Single().Members.ToJsonString().Should().Be("""{"host":"fd00:9::1","port":32768,"method":"nat"}""");
    }

    [Fact]
    public void Read_PortPublishedTwice_IsTwoBackends()
    {
        var wanted = Read(Containers.Web("web", ["8080:80/tcp", "::|8080:80/tcp", "8081:80/tcp", "::|9091:80/tcp"]));

        wanted.Backends.Values.Select(backend => $"{backend.Members["host"]}:{backend.Members["port"]}").Should().BeEquivalentTo("10.9.0.1:8080", "10.9.0.1:8081");
    }

    [Fact]
    public void Read_TcpAndUdpOfOnePort_AreTwoServices_AndUdpIsNotChecked()
    {
        var wanted = Read(Containers.Web("dns", ["5353:53/tcp", "5353:53/udp"]));

        wanted.Services.Keys.Should().BeEquivalentTo("acme-web-1.2-53-tcp", "acme-web-1.2-53-udp");
        wanted.Backends[("acme-web-1.2-53-tcp", "dns-5353-tcp")].Members.ContainsKey("pulse").Should().BeFalse();
        wanted.Backends[("acme-web-1.2-53-udp", "dns-5353-udp")].Members["pulse"]!.ToJsonString().Should().Be("""{"type":"none"}""");
    }

    [Fact]
    public void Read_Ipv6Binding_IsAServiceOfItsOwn()
    {
        var wanted = Read(Containers.Web("web", ["fd00::7|8080:80/tcp"]));

        wanted.Services["acme-web-1.2-80-tcp-v6"].Members["host"]!.ToString().Should().Be("fd00:9::1");
        wanted.Backends.Values.Single().Members["host"]!.ToString().Should().Be("fd00::7");
    }

    [Fact]
    public void Read_Ipv6Vip_ChoosesTheIpv6Binding()
    {
        var wanted = Read(Containers.Web("web", ["8080:80/tcp", "::|8080:80/tcp"], ("gorb.vip", "[fd00::100]:81")));

        wanted.Services.Values.Single().Members.ToJsonString().Should().Be("""{"port":81,"protocol":"tcp","host":"fd00::100"}""");
        wanted.Backends.Values.Single().Members["host"]!.ToString().Should().Be("fd00:9::1");
    }

    [Fact]
    public void Read_AddressOfOneDevice_IsKept() =>
        Read(Containers.Web("web", ["192.168.7.7|8080:80/tcp"])).Backends.Values.Single().Members["host"]!.ToString().Should().Be("192.168.7.7");

    [Fact]
    public void Read_WithANetworkOfTheLink_ReachesPublishedPortsInside()
    {
        var reader = new WantedReader(() => Containers.Host, exposedByDefault: true, network: "lan");
        var member = Containers.Web("web", ["32768:80/tcp", "::|32769:80/tcp", ":443/tcp"]) with
        {
            Networks = new Dictionary<string, ContainerAddress> { ["lan"] = new(IPAddress.Parse("10.77.0.2"), null) },
        };
        var stranger = Containers.Web("other", ["32770:80/tcp"]);

        var wanted = Resolve(reader.Read([member, stranger], new Dictionary<string, string>()));

        wanted.Complaints.Should().BeEmpty();
        wanted.Backends.Values.Select(backend => $"{backend.Name} {backend.Members["host"]}:{backend.Members["port"]}")
            .Should().BeEquivalentTo("web-80-tcp 10.77.0.2:80", "other-32770-tcp 10.9.0.1:32770");
    }

    [Fact]
    public void Read_EveryLabel_IsHeard()
    {
        var wanted = Read(Containers.Web("web", ["8080:80/tcp", "8443:443/tcp"],
            ("gorb.service", "shop"), ("gorb.port", "80"), ("gorb.vip", "10.9.0.100:8000"), ("gorb.method", "RR"), ("gorb.forward", "tunnel"),
            ("gorb.weight", "7"), ("gorb.drain", "30s"), ("gorb.pulse.type", "http"), ("gorb.pulse.path", "/health"), ("gorb.pulse.rise", "1"), ("gorb.pulse.interval", "2s"), ("other", "label")));

        wanted.Complaints.Should().BeEmpty();
        wanted.Services["shop"].Members.ToJsonString().Should().Be("""{"port":8000,"protocol":"tcp","host":"10.9.0.100","method":"rr"}""");
        var backend = wanted.Backends[("shop", "web-8080-tcp")];
        backend.Drain.Should().Be("30s");
        backend.Members["method"]!.ToString().Should().Be("tunnel");
        backend.Members["weight"]!.GetValue<int>().Should().Be(7);
        backend.Members["pulse"]!["args"]!.ToJsonString().Should().Be("""{"path":"/health"}""");
        backend.Members["pulse"]!["rise"]!.GetValue<int>().Should().Be(1);
        backend.Members["pulse"]!["interval"]!.ToString().Should().Be("2s");
    }

    [Fact]
    public void Read_LabelsWithNames_AreSeveralServices()
    {
        var wanted = Read(Containers.Web("web", ["8080:80/tcp", "9090:9000/tcp"],
            ("gorb.shop.port", "80"), ("gorb.admin.port", "9000"), ("gorb.admin.vip", "10.9.0.101"), ("gorb.weight", "5")));

        wanted.Services.Keys.Should().BeEquivalentTo("shop", "admin");
        wanted.Services["admin"].Members["host"]!.ToString().Should().Be("10.9.0.101");
        wanted.Backends.Values.Should().OnlyContain(backend => backend.Members["weight"]!.GetValue<int>() == 5);
    }

    [Fact]
    public void Read_OwnAddressOfANetwork_NeedsNoPublishedPort()
    {
        var container = Containers.Web("web", [], ("gorb.network", "lan"), ("gorb.port", "80"), ("gorb.forward", "dr"), ("gorb.vip", "10.9.0.100")) with
        {
            Networks = new Dictionary<string, ContainerAddress> { ["lan"] = new(IPAddress.Parse("10.9.0.50"), null) },
        };

        var wanted = Read(container);

        wanted.Complaints.Should().BeEmpty();
        var backend = wanted.Backends.Values.Single();
        backend.Members.ToJsonString().Should().Be("""{"host":"10.9.0.50","port":80,"method":"dr"}""");
        backend.DirectAddress.Should().Be(IPAddress.Parse("10.9.0.100"));
    }

    [Fact]
    public void Read_PausedOrStopping_Rests()
    {
        var paused = Containers.Web("a", ["1:80/tcp"]) with { IsPaused = true };
        var claims = Reader.Read([paused, Containers.Web("b", ["2:80/tcp"]), Containers.Web("c", ["3:80/tcp"])], new Dictionary<string, string> { ["id-b"] = "stopping" });

        claims.All.Select(claim => claim.Backend.QuiesceReason).Should().Equal("paused", "stopping", null);
    }

    [Theory]
    [InlineData(true, "up")]
    [InlineData(false, "down")]
    public void Read_HealthcheckOfTheImage_IsThePulseWhenAskedFor(bool healthy, string force)
    {
        var wanted = Read(Containers.Web("web", ["1:80/tcp"], ("gorb.pulse.type", "docker")) with { IsHealthy = healthy });

        wanted.Backends.Values.Single().Members["force"]!.ToString().Should().Be(force);
        wanted.Backends.Values.Single().Members["pulse"]!.ToJsonString().Should().Be("""{"type":"none"}""");
    }

    [Fact]
    public void Read_HealthcheckOfAPausedContainer_WhichTheEngineDoesNotTell_LeavesItResting()
    {
        var wanted = Read(Containers.Web("web", ["1:80/tcp"], ("gorb.pulse.type", "docker")) with { IsPaused = true, IsHealthy = null });

        wanted.Complaints.Should().BeEmpty();
        wanted.Backends.Values.Single().QuiesceReason.Should().Be("paused");
        wanted.Backends.Values.Single().Members.ContainsKey("force").Should().BeFalse("what the check said before is the best that is known");
    }

    [Fact]
    public void Read_OptIn_TakesOnlyWhoAsks()
    {
        var optIn = new WantedReader(() => Containers.Host, exposedByDefault: false);

        Resolve(optIn.Read([Containers.Web("a", ["1:80/tcp"]), Containers.Web("b", ["2:80/tcp"], ("gorb.enable", "true"))], Containers.NoneQuiesced))
            .Backends.Values.Select(backend => backend.Name).Should().Equal("b-2-tcp");
        Read(Containers.Web("a", ["1:80/tcp"], ("gorb.enable", "false"))).Backends.Should().BeEmpty();
    }

    [Theory]
    [InlineData("gorb.enable", "maybe", "label gorb.enable=maybe: must be true or false")]
    [InlineData("gorb.weight", "heavy", "label gorb.weight=heavy: must be a whole number from 0 to 2147483647")]
    [InlineData("gorb.weight", "-1", "label gorb.weight=-1: must be a whole number")]
    [InlineData("gorb.wieght", "1", "label gorb.wieght: is not known; known are gorb.drain, gorb.enable")]
    [InlineData("gorb.pulse", "tcp", "label gorb.pulse: is not known; known are")]
    [InlineData("gorb.shop.wieght", "1", "label gorb.shop.wieght: is not known")]
    [InlineData("gorb.port", "81", "label gorb.port=81: is not a port of this container; it has 80/tcp, 443/tcp")]
    [InlineData("gorb.port", "80/udp", "label gorb.port=80/udp: is not a port of this container")]
    [InlineData("gorb.service", "shop", "label gorb.port: is required, because service shop is one port and the container has 80/tcp, 443/tcp")]
    [InlineData("gorb.vip", "everywhere", "label gorb.vip=everywhere: must be an address, with a port or without")]
    [InlineData("gorb.vip", ":0", "label gorb.vip=:0: must be an address")]
    [InlineData("gorb.vip", "10.9.0.021", "label gorb.vip=10.9.0.021: is not an address of four decimal numbers")]
    [InlineData("gorb.vip", "10.9.257:80", "label gorb.vip=10.9.257:80: must be an address")]
    [InlineData("gorb.vip", "fd00::1", "port ")]
    [InlineData("gorb.network", "lan", "label gorb.network=lan: the container is not in this network")]
    [InlineData("gorb.drain", "soon", "label gorb.drain=soon: must be a time such as 30s")]
    [InlineData("gorb.forward", "dr", "label gorb.forward=dr: needs gorb.vip")]
    [InlineData("gorb.pulse.type", "docker", "label gorb.pulse.type=docker: the container's image has no HEALTHCHECK")]
    [InlineData("gorb.pulse.rise", "often", "label gorb.pulse.rise=often: must be a whole number")]
    public void Read_WrongLabel_IsNamed_AndTheOthersWork(string label, string value, string complaint)
    {
        var wanted = Read(Containers.Web("wrong", ["8080:80/tcp", "8443:443/tcp"], (label, value)), Containers.Web("right", ["8081:80/tcp"]));

        wanted.Complaints.Should().NotBeEmpty().And.OnlyContain(text => text.StartsWith($"container wrong: {complaint}", StringComparison.Ordinal));
        wanted.Backends.Keys.Should().Equal(("acme-web-1.2-80-tcp", "right-8081-tcp"));
    }

    /// <summary>A container with an invalid label is left out as a whole: half of its services would not be what its author meant.</summary>
    [Fact]
    public void Read_WrongLabelOfOneServiceOfSeveral_LeavesTheWholeContainerOut()
    {
        var wanted = Read(Containers.Web("web", ["8080:80/tcp", "9000:90/tcp"], ("gorb.admin.port", "90"), ("gorb.shop.port", "80"), ("gorb.shop.weight", "much")));

        wanted.Backends.Should().BeEmpty();
        wanted.Complaints.Should().ContainSingle().Which.Should().StartWith("container web: label gorb.shop.weight=much");
    }

    [Fact]
    public void Read_ContainersThatDisagreeAboutAService_FollowTheFirst()
    {
        var wanted = Read(Containers.Web("a", ["1:80/tcp"], ("gorb.method", "rr")), Containers.Web("b", ["2:80/tcp"], ("gorb.method", "lc")));

        wanted.Services.Values.Single().Members["method"]!.ToString().Should().Be("rr");
        wanted.Backends.Should().HaveCount(2);
        wanted.Complaints.Should().ContainSingle().Which.Should().StartWith("container b: says ").And.Contain("container a says");
    }

    [Fact]
    public void Read_ContainersThatDisagreeAboutAService_StillCountForTheirOtherServices()
    {
        var one = Containers.Web("a", ["1:80/tcp"], ("gorb.admin.port", "80"), ("gorb.admin.method", "rr"));
        var other = Containers.Web("b", ["2:80/tcp", "3:81/tcp"], ("gorb.admin.port", "80"), ("gorb.admin.method", "lc"), ("gorb.shop.port", "81"));

        var wanted = Read(one, other);

        wanted.Backends.Keys.Should().BeEquivalentTo([("admin", "a-1-tcp"), ("admin", "b-2-tcp"), ("shop", "b-3-tcp")]);
        wanted.Complaints.Should().ContainSingle().Which.Should().StartWith("container b: says ");
    }

    private static Wanted Read(params Container[] containers) => Resolve(Reader.Read(containers, Containers.NoneQuiesced));

    /// <summary>Resolves claims against a Gorb without services; the result has the complaints of reader and resolver.</summary>
    private static Wanted Resolve(Claims claims)
    {
        var wanted = Containers.Resolve(claims);
        return wanted with { Complaints = [.. claims.Complaints, .. wanted.Complaints] };
    }
}
