using System.Net;
using Gorb.Tests.Api;
using Gorb.Writer;

namespace Gorb.Tests.Documents;

// Single requests that change what a source declares.
public sealed partial class SourceTests
{
    [Theory]
    [InlineData("PUT", "/service/web", """{"host": "10.9.0.100", "port": 81}""")]
    [InlineData("PUT", "/service/new?replaces=web", """{"host": "10.9.0.100", "port": 81}""")]
    [InlineData("PATCH", "/service/web", """{"method": "rr"}""")]
    [InlineData("DELETE", "/service/web", null)]
    [InlineData("DELETE", "/service/web?drain=1s", null)]
    [InlineData("PUT", "/service/web/b1", """{"host": "10.9.0.22", "port": 80}""")]
    [InlineData("PUT", "/service/web/new?replaces=b1", """{"host": "10.9.0.22", "port": 80}""")]
    [InlineData("PATCH", "/service/web/b1", """{"weight": 1, "port": 81}""")]
    [InlineData("DELETE", "/service/web/b1", null)]
    [InlineData("DELETE", "/service/web/b1?drain=1s", null)]
    public async Task SingleRequest_OnAnObjectOfAnotherSource_IsRefusedWithItsName(string method, string path, string? body)
    {
        await DeclareAsync("docker/a", Web);
        var before = _daemon.Service<TableWriter>().Current;

        var answer = await _daemon.SendAsync(new HttpMethod(method), path, body);

        answer.StatusCode.Should().Be(HttpStatusCode.Conflict);
        (await TestDaemon.JsonAsync(answer)).GetProperty("details")[0].GetProperty("problem").GetString().Should().Contain("docker/a").And.Contain("where it is declared");
        _daemon.Service<TableWriter>().Current.Should().BeSameAs(before);
    }

    [Fact]
    public async Task SingleRequest_MayAddABackendToAServiceOfAnotherSource()
    {
        await DeclareAsync("file", Web);

        await _daemon.PutAsync("/service/web/c1", """{"host": "10.9.0.31", "port": 80}""");
        await _daemon.PatchAsync("/service/web/c1", """{"weight": 7}""");
        await DeclareAsync("file", Web);
        Backends("web").Should().Equal("b1", "c1");

        await _daemon.DeleteAsync("/service/web/c1");
        Backends("web").Should().Equal("b1");
    }

    [Fact]
    public async Task Patch_OfAnotherSourcesBackend_LiesAboveWhatItDeclares()
    {
        await DeclareAsync("docker/a", Web);
        await _daemon.PatchAsync("/service/web/b1", """{"drain": true}""");
        Weight().Should().Be(0);
        await _daemon.PatchAsync("/service/web/b1", """{"drain": null, "weight": 7}""");
        Weight().Should().Be(7);

        await DeclareAsync("docker/a", Web.Replace("\"port\": 80}}", "\"port\": 80, \"weight\": 50}}", StringComparison.Ordinal));
        await RestartAsync();

        Weight().Should().Be(7);
        var shown = await _daemon.GetAsync("/service/web/b1");
        shown.GetProperty("options").GetProperty("weight").GetInt32().Should().Be(50);
        shown.GetProperty("operator").ToString().Should().Contain("\"weight\": 7").And.NotContain("drain");
        (await _daemon.GetAsync("/config?source=docker/a")).ToString().Should().NotContain("operator");

        await _daemon.PatchAsync("/service/web/b1", """{"force": "down"}""");
        Weight().Should().Be(0);
        await _daemon.PatchAsync("/service/web/b1", """{"force": null, "weight": null, "host": null, "vsid": ""}""");
        Weight().Should().Be(50);
        (await _daemon.GetAsync("/service/web/b1")).TryGetProperty("operator", out _).Should().BeFalse();
    }

    [Fact]
    public async Task Patch_WithDrainFalse_OverrulesADrainThatIsDeclared()
    {
        await DeclareAsync("docker/a", Web.Replace("\"port\": 80}}", "\"port\": 80, \"drain\": true}}", StringComparison.Ordinal));
        Weight().Should().Be(0);

        await _daemon.PatchAsync("/service/web/b1", """{"drain": false}""");

        Weight().Should().Be(100);
        (await _daemon.GetAsync("/service/web/b1")).TryGetProperty("drain", out _).Should().BeFalse();
    }

    /// <summary>The API is the source of these backends: what PATCH changed is replaced by what it declares next, and no override lies above that.</summary>
    [Theory]
    [InlineData("/service/web/b1", """{"host": "10.9.0.21", "port": 80}""", 100)]
    [InlineData("/service/web/b1", """{"host": "10.9.0.21", "port": 80, "drain": true}""", 0)]
    [InlineData("/config", Web, 100)]
    public async Task Patch_OfTheApisOwnBackend_IsReplacedByItsNextPut(string path, string body, int weight)
    {
        await _daemon.PutAsync("/config", Web);
        await _daemon.PatchAsync("/service/web/b1", """{"drain": true}""");
        Weight().Should().Be(0);
        (await _daemon.GetAsync("/service/web/b1")).TryGetProperty("operator", out _).Should().BeFalse();

        await _daemon.PutAsync(path, body);

        Weight().Should().Be(weight);
    }

    [Fact]
    public async Task Get_WholeWithOperatorsWords_PutOnAnEmptyDaemon_HasThem()
    {
        await DeclareAsync("docker/a", Web);
        await _daemon.PatchAsync("/service/web/b1", """{"weight": 7, "force": "up"}""");
        var document = (await _daemon.GetAsync("/config")).ToString();

        await using var other = new TestDaemon();
        await other.InitializeAsync();
        await other.PutAsync("/config", document);

        (await other.GetAsync("/config")).ToString().Should().Be(document);
        other.ReadKernel().Single().Destinations.Single().Destination.Weight.Should().Be(7);
    }
}
