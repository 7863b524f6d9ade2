using System.Text.Json;
using Gorb.Health.Probes;
using Gorb.Tests.Api;
using Gorb.Tests.Health;
using Gorb.Tests.Health.Probes;
using Gorb.Tests.Shared;
using Microsoft.Extensions.DependencyInjection;

namespace Gorb.Tests.Cli;

/// <summary><c>gorb get</c> and <c>gorb describe</c>.</summary>
[Collection(Alone.Name)]
public sealed class GetTests : VerbTest
{
    private readonly FakeProber _prober = new();

    private protected override TestDaemon NewDaemon(FakeKernel kernel) => new() { Kernel = kernel, Configure = services => services.AddSingleton<IProber>(_prober) };

    private protected override async Task PrepareAsync()
    {
        _prober.Fail("10.9.0.22", "connection refused");
        await _daemon.PutAsync("/service/mail", """{"host": "10.9.0.100", "port": 25}""");
        await _daemon.PutAsync("/service/web", """{"host": "10.9.0.100", "port": 80, "method": "rr"}""");
        await _daemon.PutAsync("/service/web/b1", """{"host": "10.9.0.21", "port": 81, "weight": 7, "pulse": {"type": "none"}}""");
        await _daemon.PutAsync("/service/web/b2", """{"host": "10.9.0.22", "port": 82, "pulse": {"interval": "200ms", "timeout": "100ms", "fall": 1}}""");
        await UntilAsync(async () => (await _daemon.GetAsync("/service/web/b2")).GetProperty("metrics").GetProperty("status").GetInt32() == 1);
    }

    [Fact]
    public async Task Services_AreATable() => (await AskAsync("get", "services")).Should().Be(new Ran(0,
        """
        SERVICE   ADDRESS             METHOD   STATE      UP    CONNECTIONS   PROBLEM
        mail      10.9.0.100:25/tcp   wrr      empty      0/0   0             -
        web       10.9.0.100:80/tcp   rr       degraded   1/2   0             b2: connection refused

        """,
        ""));

    [Fact]
    public async Task AService_IsTheTableOfItsBackends()
    {
        var ran = await AskAsync("get", "web", "-o", "wide");

        (ran.Status, ran.Errors).Should().Be((0, ""));
        var lines = ran.Output.Split('\n');
        lines[0].Should().StartWith("BACKEND   ADDRESS        METHOD   WEIGHT   STATE   SINCE").And.EndWith("SOURCE");
        lines[1].Should().MatchRegex("^b1 +10.9.0.21:81 +nat +7 +up +[0-9]+s +0 +- +7 +0 +0 +0 +0B +0B +- +api$");
        lines[2].Should().MatchRegex("^b2 +10.9.0.22:82 +nat +100 +down +[0-9]+s +0 +connection refused +(0|no) ");
    }

    [Fact]
    public async Task Server_CanBeNamedBeforeTheVerb() => (await RunAsync("-s", Server, "get", "services", "-o", "name")).Should().Be(new Ran(0, "mail\nweb\n", ""));

    [Fact]
    public async Task ABackend_IsOneRow() => (await AskAsync("get", "web/b1")).Output.Split('\n').Should().HaveCount(3);

    [Fact]
    public async Task Sources_AreATable() => (await AskAsync("get", "sources")).Output.Should().MatchRegex("^SOURCE +SERVICES +BACKENDS +CONFLICTS +DECLARED +ERROR\napi +2 +2 +0 ");

    [Fact]
    public async Task Names_AreThoseThatOtherVerbsTake()
    {
        (await AskAsync("get", "services", "-o", "name")).Output.Should().Be("mail\nweb\n");
        (await AskAsync("get", "-o", "name")).Output.Should().Be("mail\nweb\n");
        (await AskAsync("get", "web", "-o", "name")).Output.Should().Be("web/b1\nweb/b2\n");
    }

    [Fact]
    public async Task Json_IsTheAnswer_AndAListHasNames()
    {
        using var list = JsonDocument.Parse((await AskAsync("get", "services", "-o", "json")).Output);
        list.RootElement.EnumerateArray().Select(one => one.GetProperty("name").GetString()).Should().Equal("mail", "web");

        using var backend = JsonDocument.Parse((await AskAsync("get", "web/b1", "-o", "json")).Output);
        backend.RootElement.GetProperty("options").GetProperty("weight").GetInt32().Should().Be(7);

        (await AskAsync("get", "web/b1", "-o", "yaml")).Output.Should().Contain("  weight: 7\n");
    }

    /// <summary>Scripts of before this verb had tables rely on it.</summary>
    [Fact]
    public async Task WithoutWords_WhereItIsPiped_ItIsTheDocument()
    {
        var document = (await AskAsync("get")).Output;

        document.Should().StartWith("services:\n").And.Contain("        weight: 7\n");
        (await AskAsync("get", "config")).Output.Should().Be(document);
        (await AskAsync("get", "-o", "yaml")).Output.Should().Be(document);
        (await AskAsync("diff", await WriteAsync(document))).Should().Be(new Ran(0, "", ""));
        (await AskAsync("get", "config", "-o", "json")).Output.Should().StartWith("{");
        (await AskAsync("get", "--source", "none")).Output.Should().Be("services: {}\n");
    }

    [Fact]
    public async Task Describe_OfABackend_SaysWhyItIsDown_AndWhoChangedIt()
    {
        var ran = await AskAsync("describe", "web/b2");

        (ran.Status, ran.Errors).Should().Be((0, ""));
        ran.Output.Should().MatchRegex(@"(?m)^state: +down for \d+s: connection refused$").And.MatchRegex(@"(?m)^check: +tcp 10.9.0.22:82: down: connection refused \(")
            .And.MatchRegex("(?m)^weight: +100 wanted, ").And.Contain("wanted:\n  host: 10.9.0.22\n").And.MatchRegex("(?m)^  [-0-9]+ [:0-9]+Z  .+  add web/b2$");
    }

    [Fact]
    public async Task Describe_OfAService_ShowsItsBackends()
    {
        var ran = await AskAsync("describe", "web");

        ran.Output.Should().MatchRegex("(?m)^state: +degraded, 1 of 2 backends up$").And.MatchRegex("(?m)^  b2 +10.9.0.22:82 ").And.Contain("  method: rr\n");
    }

    [Theory]
    [InlineData("get", "no-such")]
    [InlineData("get", "web/no-such")]
    [InlineData("describe", "no-such")]
    [InlineData("describe", "web/no-such")]
    public async Task WhatIsNotThere_Is4(params string[] words) => (await AskAsync(words)).Should().BeEquivalentTo(new { Status = 4, Output = "" });

    [Theory]
    [InlineData("get", "services")]
    [InlineData("get", "services", "-w")]
    [InlineData("describe", "web")]
    public async Task ADaemonThatIsNotThere_Is3(params string[] words) => (await RunAsync([.. words, "-s", Nobody])).Status.Should().Be(3);

    [Theory]
    [InlineData("get", "a/b/c")]
    [InlineData("get", "services", "-o", "xml")]
    [InlineData("get", "config", "-o", "wide")]
    [InlineData("get", "services", "--source", "api")]
    [InlineData("get", "services", "-w", "-o", "json")]
    [InlineData("get", "config", "-w")]
    [InlineData("get", "services", "-o")]
    [InlineData("get", "config", "--source")]
    [InlineData("drain", "web", "--timeout")]
    [InlineData("wait", "web", "--healthy")]
    [InlineData("describe", "a/b/c")]
    public async Task WrongWords_Are2(params string[] words) => (await AskAsync(words)).Should().Match<Ran>(ran => ran.Status == 2 && ran.Errors.Length > 0);
}
