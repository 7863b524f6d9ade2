using System.Text.Json;
using Gorb.Cli.Objects;

namespace Gorb.Tests.Cli;

/// <summary>What an answer of GET says about a backend.</summary>
public sealed class BackendStateTests
{
    /// <summary>A check has its result a moment before the writer has the verdict. The backend is not healthy meanwhile.</summary>
    [Theory]
    [InlineData(0, """{"status": "up"}""", "up", true)]
    [InlineData(0, """{"reason": "not checked yet"}""", "unchecked", false)]
    [InlineData(0, """{"status": "down", "reason": "503, expected 200"}""", "unchecked", false)]
    [InlineData(1, """{"status": "down"}""", "down", false)]
    [InlineData(1, """{"status": "up"}""", "down", false)]
    public void Health_IsThatOfVerdictAndChecks(int status, string check, string state, bool isHealthy)
    {
        var backend = Read($$"""{"metrics": {"status": {{status}} }, "pulse": {"checks": [{{check}}]} }""");

        (backend.State, backend.IsHealthy).Should().Be((state, isHealthy));
    }

    [Fact]
    public void Force_OverrulesTheChecks() => Read("""{"metrics": {"status": 1}, "options": {"force": "up"}, "pulse": {"checks": [{"status": "down"}]}}""").IsHealthy.Should().BeTrue();

    private static BackendState Read(string json) => new(new ObjectPath("web", "b1"), JsonElement.Parse(json));
}
