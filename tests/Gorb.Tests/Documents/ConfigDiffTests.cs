using System.Net;
using Gorb.Tests.Api;

namespace Gorb.Tests.Documents;

/// <summary>POST /config/diff reports what a PUT would change.</summary>
public sealed class ConfigDiffTests : DaemonTest
{
    private const string Part = """{"services": {"web": {"host": "10.9.0.100", "port": 80, "method": "rr", "backends": {"b1": {"host": "10.9.0.21", "port": 80, "weight": 10}}}}}""";


    [Fact]
    public async Task Diff_SaysInWordsAndAsDataWhatWouldChange()
    {
        await _daemon.PutAsync("/config", ConfigApiTests.Document);
        var mutations = _daemon.Kernel.Mutations;

        var answer = await _daemon.SendAsync(HttpMethod.Post, "/config/diff", """
            services:
              web:
                host: 10.9.0.100
                port: 80
                method: wlc
                backends:
                  b1: { host: 10.9.0.21, port: 80, weight: 10 }
                  b3: { host: 10.9.0.23, port: 80 }
            """);

        var diff = await TestDaemon.JsonAsync(answer);
        diff.GetProperty("summary").EnumerateArray().Select(line => line.GetString()).Should().Equal(
            "remove service dns",
            "change service web: method from rr to wlc",
            "change backend web/b1: weight from 100 to 10",
            "remove backend web/b2",
            "add backend web/b3: host 10.9.0.23, port 80, method nat, weight 100");
        diff.GetProperty("changes")[2].GetProperty("members")[0].GetProperty("to").GetInt32().Should().Be(10);
        _daemon.Kernel.Mutations.Should().Be(mutations);
    }

    [Fact]
    public async Task Diff_SameDocument_IsEmpty()
    {
        await _daemon.PutAsync("/config", ConfigApiTests.Document);

        var diff = await TestDaemon.JsonAsync(await _daemon.SendAsync(HttpMethod.Post, "/config/diff", ConfigApiTests.Document));

        diff.GetProperty("summary").GetArrayLength().Should().Be(0);
    }

    [Theory]
    [InlineData("", "remove service dns", "change backend web/b1: weight from 100 to 10", "remove backend web/b2")]
    [InlineData("?prune=false", "change backend web/b1: weight from 100 to 10")]
    [InlineData("?keep_weights=true", "remove service dns", "remove backend web/b2")]
    [InlineData("?prune=false&keep_weights=true")]
    public async Task Diff_Options_AreThoseOfPut(string query, params string[] summary)
    {
        await _daemon.PutAsync("/config", ConfigApiTests.Document);

        var answer = await _daemon.SendAsync(HttpMethod.Post, $"/config/diff{query}", Part);

        answer.StatusCode.Should().Be(HttpStatusCode.OK);
        (await TestDaemon.JsonAsync(answer)).GetProperty("summary").EnumerateArray().Select(line => line.GetString()).Should().Equal(summary);
        await _daemon.PutAsync($"/config{query}", Part);
        (await TestDaemon.JsonAsync(await _daemon.SendAsync(HttpMethod.Post, $"/config/diff{query}", Part))).GetProperty("summary").GetArrayLength().Should().Be(0);
    }
}
