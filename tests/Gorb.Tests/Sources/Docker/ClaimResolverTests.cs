using Gorb.Sources.Docker;

namespace Gorb.Tests.Sources.Docker;

/// <summary>Which claim gets a service and its address when several conflict.</summary>
public sealed class ClaimResolverTests
{
    private const string Shop = """{"shop": {"host": "10.9.0.100", "port": 80, "protocol": "tcp", "method": "wrr", "source": "docker/host1", "backends": {}}}""";

    [Fact]
    public void Resolve_NewerContainerWithAnEarlierName_DoesNotMoveTheService()
    {
        var wanted = Resolve("{}", Shopkeeper("zz", 1, "10.9.0.100:80"), Shopkeeper("aa", 2, "10.9.0.100:9999"));

        wanted.Services["shop"].Members["port"]!.GetValue<int>().Should().Be(80);
        wanted.Backends.Keys.Select(key => key.Service).Should().Equal("shop");
        wanted.Complaints.Should().ContainSingle().Which.Should()
            .Be("container aa: label gorb.vip=10.9.0.100:9999: service shop stands at 10.9.0.100:80/tcp for container zz and is not moved; ask for that address, or name another service with label gorb.service");
    }

    [Fact]
    public void Resolve_ServiceThatStands_IsNotMovedByAnOlderContainer()
    {
        var wanted = Resolve(Shop, Shopkeeper("aa", 1, "10.9.0.100:9999"), Shopkeeper("zz", 2, "10.9.0.100:80"));

        wanted.Services["shop"].Members["port"]!.GetValue<int>().Should().Be(80);
        wanted.Backends.Values.Select(backend => backend.Source.Name).Should().Equal("zz");
    }

    [Fact]
    public void Resolve_ServiceThatNobodyWantsWhereItStands_Moves()
    {
        var wanted = Resolve(Shop, Shopkeeper("aa", 1, "10.9.0.100:9999"));

        wanted.Services["shop"].Members["port"]!.GetValue<int>().Should().Be(9999);
        wanted.Complaints.Should().BeEmpty();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Resolve_ServiceMadeByHand_IsJoinedOnlyWhenThatIsAllowed(bool join)
    {
        var byHand = Shop.Replace("docker/host1", "api", StringComparison.Ordinal);
        var wanted = Containers.Resolve(Read(Shopkeeper("a", 1, "10.9.0.100:80"), Web("b", 2, 8090)), byHand, Containers.AnyVip with { Join = join });

        wanted.Backends.Keys.Select(key => key.Service).Should().Contain("acme-web-1.2-80-tcp", "the other container works on");
        wanted.Backends.Keys.Any(key => key.Service == "shop").Should().Be(join);
        wanted.Complaints.Should().Equal(join ? [] :
            ["container a: service shop was not made by the link, so containers do not join it; start the link with --join, or name another service with label gorb.service"]);
    }

    [Theory]
    [InlineData("api", "which was not made by the link")]
    [InlineData("docker/host1", "with backends that are not of this engine")]
    public void Resolve_AddressOfSomebodyElsesService_IsNotTaken(string source, string reason)
    {
        var other = $$"""{"other": {"host": "10.9.0.100", "port": 80, "protocol": "tcp", "source": "{{source}}", "backends": {"b1": {"host": "10.9.0.21", "port": 80, "source": "docker/host2"} } } }""";
        var wanted = Resolve(other, Shopkeeper("a", 1, "10.9.0.100:80"));

        wanted.Services.Should().BeEmpty();
        wanted.Backends.Should().BeEmpty();
        wanted.Complaints.Should().ContainSingle().Which.Should().StartWith("container a: label gorb.vip=10.9.0.100:80: service shop cannot stand at 10.9.0.100:80/tcp: service other")
            .And.Contain(reason).And.Contain("choose another port or address with label gorb.vip");
    }

    [Fact]
    public void Resolve_AddressOfAServiceThatAContainerWants_IsNotTaken()
    {
        var wanted = Resolve(Shop, Shopkeeper("a", 2, "10.9.0.100:80"), Web("b", 1, 8002, ("gorb.service", "bar"), ("gorb.vip", "10.9.0.100:80")));

        wanted.Services.Keys.Should().Equal("shop");
        wanted.Complaints.Should().ContainSingle().Which.Should().Contain("service bar cannot stand at 10.9.0.100:80/tcp: service shop of container a stands there");
    }

    [Fact]
    public void Resolve_AddressOfAServiceThatNobodyWants_ChangesHands()
    {
        var wanted = Resolve(Shop, Web("b", 1, 8002, ("gorb.service", "bar"), ("gorb.vip", "10.9.0.100:80")));

        wanted.Services.Keys.Should().Equal("bar");
        wanted.Complaints.Should().BeEmpty();
    }

    [Fact]
    public void Resolve_AddressOfAServiceWhoseContainersEnd_ChangesHands_AndTheyServeTheirClientsThere()
    {
        const string table = """
            {"shop": {"host": "10.9.0.100", "port": 80, "protocol": "tcp", "source": "docker/host1",
                      "backends": {"a-8001-tcp": {"host": "10.9.0.1", "port": 8001}}}}
            """;
        var claims = Reader.Read(
            [Shopkeeper("a", 1, "10.9.0.100:80"), Web("b", 2, 8002, ("gorb.service", "bar"), ("gorb.vip", "10.9.0.100:80"))], new Dictionary<string, string> { ["id-a"] = "stopping" });

        var wanted = Containers.Resolve(claims, table);

        wanted.Services.Keys.Should().Equal("bar");
        wanted.Backends.Keys.Should().BeEquivalentTo([("bar", "b-8002-tcp"), ("bar", "a-8001-tcp")]);
        Containers.Resolve(Reader.Read([Shopkeeper("a", 1, "10.9.0.100:80")], new Dictionary<string, string> { ["id-a"] = "stopping" }), table)
            .Backends.Keys.Should().Equal([("shop", "a-8001-tcp")], "nobody else wants the place");
    }

    [Fact]
    public void Resolve_AddressThatItsServiceLeaves_IsTakenAfterIt()
    {
        var wanted = Resolve(Shop, Web("b", 1, 8002, ("gorb.service", "bar"), ("gorb.vip", "10.9.0.100:80")), Shopkeeper("a", 2, "10.9.0.100:81"));

        wanted.Services.Values.Select(service => $"{service.Name} {service.Members["port"]}").Should().BeEquivalentTo("shop 81", "bar 80");
        wanted.Complaints.Should().BeEmpty();
    }

    [Fact]
    public void Resolve_TwoNewServicesForOneAddress_AreTheOlderContainers()
    {
        var wanted = Resolve("{}", Web("a", 2, 8002, ("gorb.service", "bar"), ("gorb.vip", "10.9.0.100:80")), Shopkeeper("z", 1, "10.9.0.100:80"));

        wanted.Services.Keys.Should().Equal("shop");
        wanted.Complaints.Should().ContainSingle().Which.Should().StartWith("container a: ");
    }

    [Fact]
    public void Resolve_DefaultAddressAndItsText_AreOneAddress()
    {
        var wanted = Resolve("""{"shop": {"port": 80, "protocol": "tcp", "source": "docker/host1", "backends": {}}}""",
            Web("a", 1, 8001, ("gorb.service", "shop")), Web("b", 2, 8002, ("gorb.service", "bar"), ("gorb.vip", "10.9.0.1:80")));

        wanted.Services.Keys.Should().Equal("shop");
        wanted.Complaints.Should().ContainSingle().Which.Should().Contain("service shop of container a stands there");
    }

    private static readonly WantedReader Reader = new(() => Containers.Host, exposedByDefault: true, rules: Containers.AnyVip);

    private static Container Shopkeeper(string name, int age, string vip) => Web(name, age, 8000 + age, ("gorb.service", "shop"), ("gorb.vip", vip));

    private static Container Web(string name, int age, int port, params (string, string)[] labels) =>
        Containers.Web(name, [$"{port}:80/tcp"], labels) with { Created = DateTime.UnixEpoch.AddDays(age) };

    private static Claims Read(params Container[] containers) => Reader.Read(containers, Containers.NoneQuiesced);

    private static Wanted Resolve(string services, params Container[] containers) => Containers.Resolve(Read(containers), services);
}
