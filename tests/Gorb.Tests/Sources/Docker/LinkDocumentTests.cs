using Gorb.Model.Merging;
using Gorb.Sources.Docker;

namespace Gorb.Tests.Sources.Docker;

/// <summary>The document that a link declares for the containers' claims.</summary>
public sealed class LinkDocumentTests
{
    private const string Source = "docker/host1";
    private const string Shop = """{"shop": {"source": "SOURCE", "host": "10.9.0.100", "port": 80, "protocol": "tcp", "method": "rr", "grace": "5m", "backends": {}}}""";

    private HostAddress _host = Containers.Host;

    [Theory]
    [InlineData("TRUE", "\"masquerade\":true")]
    [InlineData("auto", "\"masquerade\":\"auto\"")]
    [InlineData("sometimes", "\"masquerade\":\"sometimes\"")] // for Gorb to refuse
    public void MasqueradeLabel_IsTheMember(string label, string member) => Declared("{}", Web("a", 8001, ("gorb.masquerade", label))).Should().Contain(member);

    [Fact]
    public void MasqueradeLabel_OfFalse_IsTheDefault() => Declared("{}", Web("a", 8001, ("gorb.masquerade", "false"))).Should().NotContain("masquerade");

    [Fact]
    public void Containers_AreServicesWithGrace_AndTheirBackends() => Declared("{}", Web("a", 8001, ("gorb.method", "rr"), ("gorb.weight", "3"), ("gorb.drain", "30s"))).Should().Be("""
        {"services":{"shop":{"port":80,"protocol":"tcp","host":"10.9.0.100","method":"rr","grace":"1m","backends":{"a-8001-tcp":{"host":"10.9.0.1","port":8001,"method":"nat","weight":3,"drain_on_removal":"30s"}}}}}
        """);

    [Fact]
    public void ContainerThatRests_Drains() =>
        Declared("{}", Web("a", 8001, ("gorb.weight", "0"))).Should().Contain("""
            "a-8001-tcp":{"host":"10.9.0.1","port":8001,"method":"nat","drain":true}
            """);

    [Fact]
    public void ServiceOfAnotherLink_IsWantedAsItIs_ButForWhatTheLabelsSay()
    {
        var table = Shop.Replace("SOURCE", "docker/host2", StringComparison.Ordinal);

        Declared(table, Web("a", 8001)).Should().Contain("""
            "shop":{"host":"10.9.0.100","port":80,"protocol":"tcp","method":"rr","grace":"5m","backends"
            """);
        Declared(table, Web("a", 8001, ("gorb.method", "wlc"))).Should().Contain("\"method\":\"wlc\"");
    }

    [Fact]
    public void OwnService_IsWhatTheLabelsSay_AndNothingElse() => Declared(Shop.Replace("SOURCE", Source, StringComparison.Ordinal), Web("a", 8001)).Should().Contain("""
        "shop":{"port":80,"protocol":"tcp","host":"10.9.0.100","grace":"1m","backends"
        """);

    [Fact]
    public void ServiceOfNoLink_IsOnlyJoined() => Declared(Shop.Replace("SOURCE", "api", StringComparison.Ordinal), Web("a", 8001)).Should().StartWith("""
        {"services":{"shop":{"backends":{"a-8001-tcp":
        """);

    [Fact]
    public void BackendThatAwaitsAnAddress_IsSaidAgainAsItStands_AndANewOneIsNot()
    {
        _host = _host with { V4 = null };
        var table = Shop.Replace("SOURCE", Source, StringComparison.Ordinal)
            .Replace("\"backends\": {}", """ "backends": {"a-8001-tcp": {"host": "10.9.0.1", "port": 8001, "weight": 100, "drain": true, "operator": {"weight": 7}}} """, StringComparison.Ordinal);

        Declared(table, Web("a", 8001), Web("b", 8002)).Should().Contain("""
            "backends":{"a-8001-tcp":{"host":"10.9.0.1","port":8001,"weight":100,"method":"nat"}}
            """);
    }

    [Theory]
    [InlineData("services.a.b.backends.c.d-8002-tcp.pulse.interval", "a.b/c.d-8002-tcp", "pulse.interval")]
    [InlineData("services.a.b.backends.c-8003-tcp", "a.b/c-8003-tcp", "")]
    [InlineData("services.a.b.method", "a.b", "method")]
    [InlineData("services.a.port", "a", "port")]
    public void Locate_Path_IsTheObjectWithTheLongestName(string field, string path, string member)
    {
        var document = Of("{}", Served("s", 8001, "a", "10.9.0.101"), Served("c.d", 8002, "a.b", "10.9.0.102"), Served("c", 8003, "a.b", "10.9.0.102"));

        var (found, rest) = document.Locate(field)!.Value;

        ($"{found}", rest).Should().Be((path, member));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("source")]
    [InlineData("services")]
    [InlineData("services.other.port")]
    public void Locate_PathOfNothingInIt_IsNull(string? field) => Of("{}", Web("a", 8001)).Locate(field).Should().BeNull();

    [Theory]
    [InlineData("host1", "docker/host1")]
    [InlineData("my host/ü", "docker/my-host--")]
    [InlineData("", "docker/-")]
    public void Source_IsNamedAfterTheEngine(string engine, string source) => SourceName.OfDocker(engine).Should().Be(source);

    private string Declared(string table, params Container[] containers) => Of(table, containers).ToJson([]).ToJsonString();

    private LinkDocument Of(string table, params Container[] containers)
    {
        var claims = new WantedReader(() => _host, exposedByDefault: true, rules: Containers.AnyVip).Read(containers, Containers.NoneQuiesced);
        return LinkDocument.Of(Containers.Resolve(claims, table, Containers.AnyVip with { Join = true }), Containers.Table(table), Source, "1m");
    }

    private static Container Served(string name, int port, string service, string vip) => Containers.Web(name, [$"{port}:80/tcp"], ("gorb.service", service), ("gorb.vip", vip));

    private static Container Web(string name, int port, params (string, string)[] labels) =>
        Containers.Web(name, [$"{port}:80/tcp"], [.. labels, ("gorb.vip", "10.9.0.100"), ("gorb.service", "shop")]);
}
