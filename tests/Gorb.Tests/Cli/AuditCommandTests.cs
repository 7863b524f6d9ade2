using Gorb.Tests.Client;
using Gorb.Tests.Health.Probes;

namespace Gorb.Tests.Cli;

/// <summary><c>gorb audit</c> says where the memory of the daemon begins, and where older lines are.</summary>
[Collection(Alone.Name)]
public sealed class AuditCommandTests : VerbTest
{
    [Fact]
    public async Task Start_IsTold_WithTheRemedy()
    {
        var ran = await AskAsync("audit");

        ran.Status.Should().Be(0);
        ran.Errors.Should().MatchRegex(@"^gorb: the daemon remembers what was changed since its start at \d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ; its log has what was before \(.*--audit FILE.*\)\s$");
    }

    [Theory]
    [InlineData("audit", "a b", "2026-11-28T12:00:00Z; what was before is in /var/log/a b.jsonl on its host")]
    [InlineData("audit --since 5", "a b", "")]
    [InlineData("audit", null, "")]
    public async Task File_IsNamed_UnlessLinesAfterOneAreAskedFor(string verb, string? file, string expected)
    {
        var headers = file is null ? "" : $"Audit-Start: 2026-11-28T12:00:00Z\r\nAudit-File: /var/log/{Uri.EscapeDataString(file)}.jsonl\r\n";
        using var daemon = new StubServer($"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n{headers}Content-Length: 2\r\n\r\n[]");

        var ran = await RunAsync([.. verb.Split(' '), "-s", daemon.Url.ToString()]);

        ran.Status.Should().Be(0);
        ran.Errors.TrimEnd().Should().EndWith(expected).And.HaveLength(expected.Length == 0 ? 0 : ran.Errors.TrimEnd().Length);
    }
}
