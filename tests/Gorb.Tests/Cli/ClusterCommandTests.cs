using Gorb.Tests.Client;
using Gorb.Tests.Health.Probes;

namespace Gorb.Tests.Cli;

/// <summary><c>gorb cluster</c>.</summary>
[Collection(Alone.Name)]
public sealed class ClusterCommandTests : VerbTest
{
    private const string Sync = """ "sync": {"interface": "eth1", "id": 7, "daemons": [{"role": "master", "status": "running", "interface": "eth1", "id": 7, "owned": true}]} """;

    [Fact]
    public async Task WithoutACluster_ItSaysSo() => (await AskAsync("cluster")).Should().Be(new Ran(0, "cluster:   none; the daemon was started without --cluster\n", ""));

    [Fact]
    public async Task Directors_AreATable_AndWhatDiffersIsNamed()
    {
        using var daemon = Stub($$"""
            {{{Sync}}, "table": {"cluster": "lb", "director": "a", "revision": 7, "refused": [{"service": "web", "reason": "no such scheduler"}], "verdicts": [{"backend": "web/b1", "down_at": ["b"]}], "directors": [
              {"name": "a", "version": "1.0.0", "revision": 7, "behind": false, "lag_seconds": 0, "since": "2026-11-28T10:00:00Z", "refused": ["web"], "addresses": ["10.9.0.100", "fd00:9::100"], "drained": false},
              {"name": "b", "version": "1.0.0", "revision": 5, "behind": true, "lag_seconds": 2.512, "since": "2026-11-28T10:00:00Z", "refused": [], "addresses": [], "drained": false},
              {"name": "c", "version": "1.0.0", "revision": 7, "behind": false, "lag_seconds": 0, "since": "2026-11-28T10:00:00Z", "refused": [], "addresses": [], "drained": true} ]} }
            """);

        var ran = await RunAsync("cluster", "-s", daemon.Url.ToString());

        (ran.Status, ran.Errors).Should().Be((1, ""));
        ran.Output.Should().Be("""
            cluster:   lb
            director:  a, which answers
            revision:  7
            refused:   service web: no such scheduler
            DIRECTOR   VERSION   REVISION   LAG     STATE        SINCE                  ADDRESSES                REFUSED
            a          1.0.0     7          0 s     up to date   2026-11-28 10:00:00Z   10.9.0.100 fd00:9::100   web
            b          1.0.0     5          2.5 s   behind       2026-11-28 10:00:00Z   -                        -
            c          1.0.0     7          0 s     drained      2026-11-28 10:00:00Z   -                        -
            differs:   web/b1 is down at b only
            sync:      master running on eth1, id 7

            """);
    }

    [Theory]
    [InlineData(false, false, 0)]
    [InlineData(true, false, 1)]
    [InlineData(false, true, 1)]
    public async Task Status_SaysWhetherADirectorIsBehind(bool isStale, bool isBehind, int status)
    {
        using var daemon = Stub($$"""
            {{{Sync}}, "table": {"cluster": "lb", "director": "a", "revision": 7, {{(isStale ? "\"stale\": {\"since\": \"2026-11-28T10:00:00Z\", \"reason\": \"etcd is away\"}," : "")}} "refused": [], "verdicts": [],
              "directors": [{"name": "a", "version": "1.0.0", "revision": 7, "behind": {{(isBehind ? "true" : "false")}}, "refused": [], "addresses": [], "drained": false}]} }
            """);

        var ran = await RunAsync("cluster", "-q", "-s", daemon.Url.ToString());

        ran.Should().Be(new Ran(status, "", ""));
    }

    [Theory]
    [InlineData("", "ADDRESS      DEVICE   STATE       SERVICES   PROBLEM\n10.9.0.100   gorb0    owned       web        -\n10.9.0.101   -        elsewhere   dns        -\n")]
    [InlineData(""", "holder": "lb2" """, "ADDRESS      DEVICE   STATE       HOLDER   SERVICES   PROBLEM\n10.9.0.100   gorb0    owned       -        web        -\n10.9.0.101   -        elsewhere   lb2      dns        -\n")]
    public async Task Addresses_HaveTheirHolder_InACluster(string holder, string table)
    {
        using var daemon = Stub($$"""[{"address": "10.9.0.100", "device": "gorb0", "state": "owned", "services": ["web"]}, {"address": "10.9.0.101", "state": "elsewhere", "services": ["dns"]{{holder}}}]""");

        (await RunAsync("get", "vips", "-s", daemon.Url.ToString())).Should().Be(new Ran(0, table, ""));
    }

    private static StubServer Stub(string body) => new($"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {body.Length}\r\n\r\n{body}");
}
