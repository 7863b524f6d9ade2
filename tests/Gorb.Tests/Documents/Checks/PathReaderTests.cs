using System.Net;
using System.Text.Json;
using Gorb.Documents;
using Gorb.Documents.Checks;
using Gorb.Ipvs;
using Gorb.Model;
using Gorb.Model.Checks;

namespace Gorb.Tests.Documents.Checks;

public sealed class PathReaderTests
{
    private static readonly ServiceSpec Web = new() { Key = ServiceKey.ForAddress(TransportProtocol.Tcp, IPAddress.Parse("10.9.0.100"), 80) };
    private static readonly BackendSpec Backend = new() { Host = "10.9.0.21", Address = IPAddress.Parse("10.9.0.21"), Port = 80, Method = ForwardingMethod.DirectRoute };

    [Theory]
    [InlineData("""{"type":"ping","via":"path"}""", "pulse.via", "IPVS does not forward")]
    [InlineData("""{"type":"exec","via":"path","args":{"program":"/bin/true"}}""", "pulse.via", "without the mark")]
    [InlineData("""{"type":"dns","via":"path","args":{"name":"a.example"}}""", "pulse.via", "payload_hex")]
    [InlineData("""{"type":"none","via":"path"}""", "pulse.via", "sends nothing")]
    [InlineData("""{"type":"udp","via":"path"}""", "pulse.args.expect", "silent")]
    [InlineData("""{"type":"tcp","via":"path","args":{"host":"web.example"}}""", "pulse.args.host", "must be an IP address")]
    [InlineData("""{"type":"tcp","via":"detour"}""", "pulse.via", "must be direct or path")]
    public void Check_ThatCannotGoByPath_IsRefused_WithTheRemedy(string pulse, string field, string text)
    {
        var problems = new ProblemList();
        new PulseReader(CheckLimits.OfAccepted).Read(JsonElement.Parse(pulse), FieldPath.Root.Below("pulse"), problems);

        var problem = problems.Should().ContainSingle().Subject;
        (problem.Field, problem.Text).Should().Be((field, problem.Text));
        problem.Text.Should().Contain(text);
    }

    [Fact]
    public void Target_IsTheVirtualAddress_AndTheWayOfClients()
    {
        var target = Targets(Web with { Host = "web.example" }, Backend, """{"type":"http","via":"path"}""").Should().ContainSingle().Subject;

        (target.Host, target.Address, target.Port).Should().Be(("web.example", IPAddress.Parse("10.9.0.100"), 80));
        target.Path.Should().Be(ProbePath.Of(Web.Key, Backend, port: null));
    }

    /// <summary>NAT maps the service's port to the backend's; a check of another port meets that port of the backend.</summary>
    [Theory]
    [InlineData("", 80, 8080)]
    [InlineData(""" "args":{"port":80}, """, 80, 8080)]
    [InlineData(""" "args":{"port":"9000"}, """, 9000, 0)]
    public void Nat_MapsThePortOfTheServiceOnly(string args, int asked, int destination)
    {
        var backend = Backend with { Method = ForwardingMethod.Masquerade, Port = 8080 };
        var pulse = $$"""{"type":"tcp", {{args}} "via":"path"}""";

        var target = Targets(Web, backend, pulse).Should().ContainSingle().Subject;

        (target.Port, (int)target.Path!.Destination.Key.Port).Should().Be((asked, destination));
        PathChecks.Of(Web, backend with { Pulse = pulse }).Should().Equal(target.Path);
    }

    /// <summary>The target and the table agree on which backends are checked by path.</summary>
    [Theory]
    [InlineData(null, 0)]
    [InlineData("""{"type":"tcp"}""", 0)]
    [InlineData("""{"type":"tcp","via":"direct"}""", 0)]
    [InlineData("""{"type":"tcp","via":"path"}""", 1)]
    [InlineData("""{"type":"tcp","\u0076ia":"path"}""", 1)]
    [InlineData("""[{"type":"ping"},{"type":"tcp","via":"path"},{"type":"http","via":"path"}]""", 1)]
    [InlineData("""[{"type":"tcp","via":"path","args":{"port":81}},{"type":"http","via":"path"}]""", 1)]
    public void Paths_AreTheSameForChecksAndKernel(string? pulse, int paths)
    {
        var backend = Backend with { Pulse = pulse };

        PathChecks.Of(Web, backend).Should().HaveCount(paths).And.BeEquivalentTo(Targets(Web, Backend, pulse).Select(target => target.Path).OfType<ProbePath>().Distinct());
    }

    [Fact]
    public void AcceptLocal_IsNeededForIpv4WithoutNat()
    {
        NeedsAcceptLocal(Web, Backend).Should().BeTrue();
        NeedsAcceptLocal(Web, Backend with { Method = ForwardingMethod.Tunnel }).Should().BeTrue();
        NeedsAcceptLocal(Web, Backend with { Method = ForwardingMethod.Masquerade }).Should().BeFalse();
        NeedsAcceptLocal(Web with { Key = ServiceKey.ForAddress(TransportProtocol.Tcp, IPAddress.Parse("fd00:9::100"), 80) }, Backend).Should().BeFalse();
    }

    [Fact]
    public void Via_IsShown_OnlyWhenItIsNotDirect()
    {
        CheckPlan.Write(Web, Backend with { Pulse = """{"type":"tcp","via":"path"}""" }).Should().Contain("\"via\":\"path\"");
        CheckPlan.Write(Web, Backend with { Pulse = """{"type":"tcp","via":"direct"}""" }).Should().NotContain("via");
    }

    private static bool NeedsAcceptLocal(ServiceSpec service, BackendSpec backend) =>
        PathChecks.NeedsAcceptLocal(Table.Empty.With(new Service("web", service, Backends.Of([new Backend("b1", backend with { Pulse = """{"via":"path"}""" }, default)]))));

    private static List<ProbeTarget> Targets(ServiceSpec service, BackendSpec backend, string? pulse) =>
        [.. CheckPlan.Of(new Service("web", service, Backends.None), new Backend("b1", backend with { Pulse = pulse }, default)).Select(static check => check.Target)];
}
