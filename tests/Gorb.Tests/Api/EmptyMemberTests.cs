using System.Net;
using System.Text.Json;
using Gorb.Ipvs;

namespace Gorb.Tests.Api;

/// <summary>Null and "" mean the default in every PUT, even for unknown members: generated clients, and GORB's own, send every member of their types.</summary>
public sealed class EmptyMemberTests : DaemonTest
{

    [Theory]
    [InlineData("""{"host": "10.9.0.21", "port": 80, "pulse": {"type": "tcp", "args": {"method": "", "path": "", "expect": ""}, "interval": "1s"}}""")]
    [InlineData("""{"host": "10.9.0.21", "port": 80, "pulse": {"args": {"path": null}}}""")]
    [InlineData("""{"host": "10.9.0.21", "port": 80, "pulse": {"type": "", "interval": "", "timeout": null, "rise": "", "args": ""}}""")]
    [InlineData("""{"host": "10.9.0.21", "port": 80, "pulse": "", "weight": "", "tunnel": "", "drain": "", "upper_threshold": "", "vsid": ""}""")]
    [InlineData("""{"host": "10.9.0.21", "port": 80, "colour": null, "shape": ""}""")]
    public async Task PutBackend_EmptyMembers_AreDefaults(string body)
    {
        await _daemon.PutAsync("/service/web", """{"host": "10.9.0.100", "port": 80, "persistence": "", "persistent": "", "ops": "", "fwmark": "", "sorry": "", "colour": ""}""");

        await _daemon.PutAsync("/service/web/b1", body);

        var destination = _daemon.ReadKernel().Single().Destinations.Single().Destination;
        (destination.Weight, destination.Forwarding).Should().Be((100, ForwardingMethod.Masquerade));
    }

    [Theory]
    [InlineData("""{"host": "10.9.0.21", "port": 80, "pulse": {"type": "tcp", "args": {"path": "/"}}}""", "pulse.args.path")]
    [InlineData("""{"host": "10.9.0.21", "port": 80, "colour": "blue"}""", "colour")]
    [InlineData("""{"host": "10.9.0.21", "port": 80, "colour": {}}""", "colour")]
    public async Task PutBackend_ValueOfAnUnknownMember_IsRefused(string body, string field)
    {
        await _daemon.PutAsync("/service/web", """{"host": "10.9.0.100", "port": 80}""");

        var answer = await _daemon.SendAsync(HttpMethod.Put, "/service/web/b1", body);

        answer.StatusCode.Should().Be(HttpStatusCode.BadRequest);
        (await TestDaemon.JsonAsync(answer)).GetProperty("details")[0].GetProperty("field").GetString().Should().Be(field);
    }

    [Theory]
    [InlineData("tcp", null, "tcp")]
    [InlineData("udp", null, "none")]
    [InlineData("tcp", """{"type": "http", "interval": "7s", "args": {"path": "/up"}}""", "http")]
    public async Task Get_BackendWithoutACheck_ShowsTheOneInForce_WhichPutBackChangesNothing(string protocol, string? pulse, string type)
    {
        await _daemon.PutAsync("/service/web", $$"""{"host": "10.9.0.100", "port": 80, "protocol": "{{protocol}}", "pulse": {{pulse ?? "null"}}}""");
        await _daemon.PutAsync("/service/web/b1", """{"host": "10.9.0.21", "port": 80}""");

        var options = (await _daemon.GetAsync("/service/web/b1")).GetProperty("options");
        var shown = options.GetProperty("pulse");
        await _daemon.PutAsync("/service/web/b1", options.GetRawText());
        await _daemon.PatchAsync("/service/web/b1", options.GetRawText());

        shown.GetProperty("type").GetString().Should().Be(type);
        shown.GetProperty("interval").GetString().Should().Be(pulse is null ? "5s" : "7s");
        shown.GetProperty("args").ValueKind.Should().Be(JsonValueKind.Object);
        (await _daemon.GetAsync("/config")).GetProperty("services").GetProperty("web").GetProperty("backends").GetProperty("b1").TryGetProperty("pulse", out _)
            .Should().BeFalse("it goes on following its service");
    }
}
