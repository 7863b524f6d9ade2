using System.Net;
using Gorb.Model;
using Gorb.Model.Checks;
using Gorb.Writer;

namespace Gorb.Tests.Api;

/// <summary>Secrets in headers of checks are accepted and never shown; a document that was read can still be written back.</summary>
public sealed class SecretHeaderTests : DaemonTest
{
    private const string Secret = "Bearer s3cr3t";

    private protected override async Task PrepareAsync()
    {
        await _daemon.PutAsync("/service/web", $$$"""{"host": "10.9.0.100", "port": 80, "pulse": {{{Check(Secret)}}}}""");
        await _daemon.PutAsync("/service/web/b1", $$$"""{"host": "10.9.0.21", "port": 80, "pulse": [{"type": "tcp"}, {{{Check(Secret)}}}]}""");
        await _daemon.PutAsync("/service/web/b2", """{"host": "10.9.0.22", "port": 80}""");
    }

    [Theory]
    [InlineData("Authorization", true)]
    [InlineData("proxy-authorization", true)]
    [InlineData("Cookie", true)]
    [InlineData("X-Api-Key", true)]
    [InlineData("X-Auth-Token", true)]
    [InlineData("X-Vault-Token", true)]
    [InlineData("X-Amz-Signature", true)]
    [InlineData("Host", false)]
    [InlineData("User-Agent", false)]
    [InlineData("X-Keyboard", false)]
    public void IsSecret_ByItsName(string header, bool secret) => SecretHeaders.IsSecret(header).Should().Be(secret);

    [Theory]
    [InlineData("/service/web")]
    [InlineData("/service/web/b1")]
    [InlineData("/service/web/b2")] // shows the check inherited from the service
    [InlineData("/config")]
    public async Task Get_ShowsNoSecret(string path) =>
        (await _daemon.GetAsync(path)).ToString().Should().NotContain("s3cr3t").And.Contain("***").And.Contain("plain");

    [Fact]
    public async Task PutConfig_AsItWasRead_ChangesNothing()
    {
        var table = _daemon.Service<TableWriter>().Current;
        var document = (await _daemon.GetAsync("/config")).ToString();

        var diff = await TestDaemon.JsonAsync(await _daemon.SendAsync(HttpMethod.Post, "/config/diff", document));
        diff.GetProperty("summary").GetArrayLength().Should().Be(0);
        await _daemon.PutAsync("/config", document);

        _daemon.Service<TableWriter>().Current.Should().BeSameAs(table);
    }

    [Theory]
    [InlineData("PUT")]
    [InlineData("PATCH")]
    public async Task Write_OptionsAsTheyWereRead_ChangeNothing(string method)
    {
        foreach (var path in (string[])["/service/web", "/service/web/b1", "/service/web/b2"])
        {
            var before = _daemon.Service<TableWriter>().Current.Services["web"];
            var options = (await _daemon.GetAsync(path)).GetProperty("options").ToString();

            (await _daemon.SendAsync(new HttpMethod(method), path, options)).StatusCode.Should().Be(HttpStatusCode.OK);

            var after = _daemon.Service<TableWriter>().Current.Services["web"];
            after.Spec.Should().Be(before.Spec);
            after.Backends.Values.Should().Equal(before.Backends.Values);
        }
    }

    [Fact]
    public async Task Patch_AnotherIntervalWithTheMask_KeepsTheSecret()
    {
        await _daemon.PatchAsync("/service/web/b1", $$"""{"pulse": [{"type": "tcp"}, {{Slower("***")}}]}""");

        Pulse("b1").Should().Contain(Secret).And.Contain("7s");
    }

    [Fact]
    public async Task Patch_InheritedCheckWithTheMask_TakesTheServicesSecret()
    {
        await _daemon.PatchAsync("/service/web/b2", $$"""{"pulse": {{Slower("***")}}}""");

        Pulse("b2").Should().Contain(Secret).And.Contain("7s");
    }

    [Theory]
    [InlineData("/service/web/b3", "pulse.args.headers.Authorization")]
    [InlineData("/service/web/b1", "pulse.args.headers.Authorization")] // here another check comes first
    public async Task Put_MaskWhereNothingIs_Is400WithTheRemedy(string path, string field)
    {
        var refused = await _daemon.SendAsync(HttpMethod.Put, path, $$"""{"host": "10.9.0.29", "port": 80, "pulse": {{Check("***")}}}""");

        refused.StatusCode.Should().Be(HttpStatusCode.BadRequest);
        var detail = (await TestDaemon.JsonAsync(refused)).GetProperty("details")[0];
        detail.GetProperty("field").GetString().Should().Be(field);
        detail.GetProperty("problem").GetString().Should().Contain("give the value itself");
    }

    [Fact]
    public async Task AnotherSecret_IsTold_ButNotShown()
    {
        await using var events = _daemon.Service<EventHub>().ListenAsync(TestContext.Current.CancellationToken).GetAsyncEnumerator(TestContext.Current.CancellationToken);
        await events.MoveNextAsync(); // the greeting
        await _daemon.PatchAsync("/service/web", $$"""{"pulse": {{Check("Bearer an0ther")}}}""");
        await events.MoveNextAsync();

        events.Current.Text.Should().StartWith("change service web: pulse from").And.Contain("***").And.NotContain("s3cr3t").And.NotContain("an0ther");
    }

    private static string Check(string secret) =>
        """{"type": "http", "interval": "5s", "args": {"path": "/h", "headers": {"Authorization": "SECRET", "X-Other": "plain"}}}""".Replace("SECRET", secret, StringComparison.Ordinal);

    private static string Slower(string secret) => Check(secret).Replace("5s", "7s", StringComparison.Ordinal);

    private string? Pulse(string backend) => _daemon.Service<TableWriter>().Current.Services["web"].Backends[backend].Spec.Pulse;
}
