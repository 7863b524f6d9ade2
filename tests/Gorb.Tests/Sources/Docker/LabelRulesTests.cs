using System.Net;
using Gorb.Sources.Docker;

namespace Gorb.Tests.Sources.Docker;

/// <summary>The addresses and ports that labels may use for services.</summary>
public sealed class LabelRulesTests
{
    private static readonly Listener Ssh = new("tcp", IPAddress.Any, 22);

    [Theory]
    [InlineData("10.9.0.1:22", true)] // an address of the device
    [InlineData("10.9.0.2", true)] // another address of the device
    [InlineData("10.9.1.7", true)] // in the block
    [InlineData("10.9.2.7", false)]
    [InlineData("fd00::7", false)]
    public void Read_Address_IsTheDevicesOrInABlock(string vip, bool allowed)
    {
        var host = Containers.Host with { All = [IPAddress.Parse("10.9.0.1"), IPAddress.Parse("10.9.0.2")] };
        var reader = new WantedReader(() => host, exposedByDefault: true, rules: new LabelRules { Addresses = [IPNetwork.Parse("10.9.1.0/24")] });

        var claims = reader.Read([Containers.Web("a", ["8080:80/tcp", "::|8080:80/tcp", "9090:90/tcp"], ("gorb.x.port", "80"), ("gorb.x.vip", vip), ("gorb.y.port", "90"))], Containers.NoneQuiesced);

        claims.All.Any(claim => claim.Service.Name == "x").Should().Be(allowed);
        claims.All.Should().Contain(claim => claim.Service.Name == "y", "a refused label takes nothing else along");
        claims.Complaints.Should().Equal(allowed ? [] :
            [$"container a: label gorb.x.vip={vip}: containers may not have services at {vip}, which is not an address of device eth0; leave the address out, or start the link with --allow-vip {vip}"]);
    }

    [Fact]
    public void Read_AddressOfADeviceThatHasNoneAtPresent_Awaits()
    {
        var reader = new WantedReader(() => Containers.Host with { V4 = null }, exposedByDefault: true);

        reader.Read([Containers.Web("a", ["8080:80/tcp"], ("gorb.vip", "10.9.0.1"))], Containers.NoneQuiesced)
            .All.Should().ContainSingle().Which.Backend.IsAwaiting.Should().BeTrue("it may be the device's own address");
    }

    [Theory]
    [InlineData("80,8000-8999", null)]
    [InlineData("22", "port 80/tcp: containers may not have services at port 80; choose another with label gorb.vip (\":8080\"), or add the port to the link's --allow-port")]
    public void Read_Port_IsInTheList(string ports, string? complaint)
    {
        var reader = new WantedReader(() => Containers.Host, exposedByDefault: true, rules: new LabelRules { Ports = AllowedPorts.Parse(ports)! });

        var claims = reader.Read([Containers.Web("a", ["8080:80/tcp"])], Containers.NoneQuiesced);

        claims.All.Should().HaveCount(complaint is null ? 1 : 0);
        claims.Complaints.Should().Equal(complaint is null ? [] : [$"container a: {complaint}"]);
    }

    [Theory]
    [InlineData(":22", "0.0.0.0:22/tcp")]
    [InlineData("10.9.0.1:22", "0.0.0.0:22/tcp")]
    [InlineData("[fd00:9::1]:53", "[::]:53/tcp")]
    [InlineData("10.9.0.1:53", "[::]:53/tcp")]
    [InlineData("10.9.0.1:8080", "10.9.0.1:8080/tcp")]
    public void Resolve_PortThatSomethingListensOn_IsRefused(string vip, string listener)
    {
        var wanted = Resolve([Ssh, new("tcp", IPAddress.IPv6Any, 53), new("tcp", IPAddress.Parse("10.9.0.1"), 8080)], Web(("gorb.vip", vip)));

        wanted.Backends.Should().BeEmpty();
        wanted.Complaints.Should().ContainSingle().Which.Should().StartWith($"container a: label gorb.vip={vip}: service ")
            .And.Contain($"a program of this host listens at {listener}; choose another port or address with label gorb.vip (\":8080\"), or start the link with --allow-port free,");
    }

    [Theory]
    [InlineData("10.9.0.1:8080", "tcp", "10.9.0.2", 8080)]
    [InlineData(":53", "tcp", "127.0.0.53", 53)]
    [InlineData(":53", "udp", "0.0.0.0", 53)]
    public void Resolve_PortThatSomethingListensOnElsewhere_IsFree(string vip, string protocol, string address, int port) =>
        Resolve([new(protocol, IPAddress.Parse(address), port)], Web(("gorb.vip", vip))).Backends.Should().ContainSingle();

    [Fact]
    public void Resolve_PortThatTheOperatorLists_IsTakenWhateverListens() =>
        Resolve([Ssh], new LabelRules { Ports = AllowedPorts.Parse("free,22")! }, true, Web(("gorb.vip", ":22"))).Backends.Should().ContainSingle();

    [Fact]
    public void Resolve_GorbOfAnotherHost_IsNotJudgedByThisHostsListeners() =>
        Resolve([Ssh], LabelRules.Default, isLocal: false, Web(("gorb.vip", ":22"))).Backends.Should().ContainSingle();

    [Fact]
    public void Resolve_PortThatTheEngineListensOnForTheContainer_IsTaken() =>
        Resolve([new("tcp", IPAddress.Any, 80), new("tcp", IPAddress.IPv6Any, 80)], Containers.Web("a", ["80:80/tcp", "::|80:80/tcp"])).Backends.Should().ContainSingle();

    [Fact]
    public void Resolve_PortThatTheEngineListensOnForAContainerThatHasJustEnded_IsTaken()
    {
        var claims = Reader().Read([Web()], Containers.NoneQuiesced, former: [Containers.Web("old", ["80:8080/tcp"])]);

        Containers.Resolve(claims, listeners: [new("tcp", IPAddress.Any, 80)]).Backends.Should().ContainSingle();
    }

    [Fact]
    public void Resolve_PortThatAnotherContainerPublishes_IsRefused()
    {
        var wanted = Resolve([new("tcp", IPAddress.Any, 80)], Web(), Containers.Web("b", ["80:8080/tcp"], ("gorb.enable", "false")));

        wanted.Backends.Should().BeEmpty();
        wanted.Complaints.Should().ContainSingle().Which.Should().Contain("container b publishes its own port there");
    }

    [Fact]
    public void Resolve_ServiceThatStands_KeepsAPortOnWhichSomethingListensSince()
    {
        const string table = """{"acme-web-1.2-80-tcp": {"port": 80, "protocol": "tcp", "source": "docker/host1", "backends": {}}}""";

        Containers.Resolve(Reader().Read([Web()], Containers.NoneQuiesced), table, listeners: [new("tcp", IPAddress.Any, 80)]).Backends.Should().ContainSingle();
    }

    [Theory]
    [InlineData("free", true, 22, false)]
    [InlineData("80,443,8000-8999", false, 8500, true)]
    [InlineData("free, 22", true, 22, true)]
    [InlineData("1-65535", false, 65535, true)]
    public void Parse_Ports_AreReadAsWritten(string text, bool free, int port, bool lists)
    {
        var ports = AllowedPorts.Parse(text)!;

        (ports.Free, ports.Lists(port)).Should().Be((free, lists));
    }

    [Theory]
    [InlineData("")]
    [InlineData("0")]
    [InlineData("65536")]
    [InlineData("90-80")]
    [InlineData("1-2-3")]
    [InlineData("80,")]
    [InlineData("http")]
    [InlineData("-80")]
    public void Parse_PortsThatAreNone_AreRefused(string text) => AllowedPorts.Parse(text).Should().BeNull();

    private static WantedReader Reader(LabelRules? rules = null) => new(() => Containers.Host, exposedByDefault: true, rules: rules);

    private static Container Web(params (string, string)[] labels) => Containers.Web("a", ["8001:80/tcp", "::|8001:80/tcp"], labels);

    private static Wanted Resolve(Listener[] listeners, params Container[] containers) => Resolve(listeners, LabelRules.Default, isLocal: true, containers);

    private static Wanted Resolve(Listener[] listeners, LabelRules rules, bool isLocal, params Container[] containers) =>
        Containers.Resolve(Reader(rules).Read(containers, Containers.NoneQuiesced), "{}", rules, listeners, isLocal);
}
