using System.Net;
using Gorb.Ipvs;

namespace Gorb.Tests.Api;

/// <summary>"persistent" and "persistence" set the same option; the member in the request overrides the stored one.</summary>
public sealed class PersistenceTests : DaemonTest
{

    [Theory]
    [InlineData("false", """{"persistence": {"timeout": "5m"}}""", 300)]
    [InlineData("false", """{"persistence": {}}""", 300)]
    [InlineData("false", """{"persistent": null, "persistence": {"timeout": 60}}""", 60)]
    [InlineData("false", """{"persistent": true, "persistence": {"timeout": 60}}""", 60)]
    [InlineData("false", """{"method": "rr"}""", 0)]
    [InlineData("true", """{"persistence": {"timeout": 60}}""", 60)]
    [InlineData("true", """{"method": "rr"}""", 300)]
    [InlineData("true", """{"persistent": false}""", 0)]
    [InlineData("true", """{"persistent": null}""", 0)]
    [InlineData("true", """{"persistence": null}""", 0)]
    [InlineData("true", """{"persistent": true, "persistence": null}""", 300)]
    public async Task Patch_GivesOneOfThem_ThatOneCounts(string present, string patch, uint timeout)
    {
        await _daemon.PutAsync("/service/web", $$"""{"host": "10.9.0.100", "port": 80, "persistent": {{present}}}""");

        await _daemon.PatchAsync("/service/web", patch);

        var service = _daemon.ReadKernel().Single().Service.Service;
        service.PersistenceTimeout.Should().Be(timeout);
        service.Flags.HasFlag(ServiceFlags.Persistent).Should().Be(timeout > 0);
    }

    [Fact]
    public async Task Patch_GivesBothAndTheyContradict_IsRefused()
    {
        await _daemon.PutAsync("/service/web", """{"host": "10.9.0.100", "port": 80}""");

        var answer = await _daemon.SendAsync(HttpMethod.Patch, "/service/web", """{"persistent": false, "persistence": {"timeout": "5m"}}""");

        answer.StatusCode.Should().Be(HttpStatusCode.BadRequest);
        (await TestDaemon.JsonAsync(answer)).GetProperty("error").GetString().Should().StartWith("persistent: contradicts persistence");
    }

    [Theory]
    [InlineData("2147483")]
    [InlineData("\"596h31m23s\"")]
    public async Task Put_LongestTimeout_ReachesTheKernel(string timeout)
    {
        await _daemon.PutAsync("/service/web", $$$"""{"host": "10.9.0.100", "port": 80, "persistence": {"timeout": {{{timeout}}}}}""");

        _daemon.ReadKernel().Single().Service.Service.PersistenceTimeout.Should().Be(2147483);
    }

    /// <summary>The kernel stores the time-out as 32 bits of ticks.</summary>
    [Theory]
    [InlineData("2147484")]
    [InlineData("\"1000h\"")]
    [InlineData("0")]
    [InlineData("\"1500ms\"")]
    public async Task Put_TimeoutThatTheKernelCannotKeep_IsRefusedWithItsBounds(string timeout)
    {
        var answer = await _daemon.SendAsync(HttpMethod.Put, "/service/web", $$$"""{"host": "10.9.0.100", "port": 80, "persistence": {"timeout": {{{timeout}}}}}""");

        answer.StatusCode.Should().Be(HttpStatusCode.BadRequest);
        var detail = (await TestDaemon.JsonAsync(answer)).GetProperty("details").EnumerateArray().Single();
        detail.GetProperty("field").GetString().Should().Be("persistence.timeout");
        detail.GetProperty("problem").GetString().Should().Contain("1 to 2147483");
    }
}
