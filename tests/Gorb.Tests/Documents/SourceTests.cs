using System.Net;
using System.Text.Json;
using Gorb.Draining;
using Gorb.Tests.Api;
using Gorb.Tests.Shared;
using Gorb.Writer;
using Microsoft.Extensions.DependencyInjection;

namespace Gorb.Tests.Documents;

/// <summary>Several sources declare parts of one table.</summary>
public sealed partial class SourceTests : DaemonTest
{
    private const string Web = """{"services": {"web": {"host": "10.9.0.100", "port": 80, "backends": {"b1": {"host": "10.9.0.21", "port": 80}}}}}""";
    private const string Guest = """{"services": {"web": {"backends": {"c1": {"host": "10.9.0.31", "port": 80}}}}}""";
    private const string Nothing = """{"services": {}}""";

    private readonly ManualTime _time = new();

    [Fact]
    public async Task Declare_PrunesWhatTheSourceDeclaredAlone()
    {
        await DeclareAsync("file", Web);
        await DeclareAsync("docker/a", """{"services": {"shop": {"host": "10.9.0.100", "port": 81}}}""");
        await _daemon.PutAsync("/service/mail", """{"host": "10.9.0.100", "port": 25}""");

        await DeclareAsync("api", Nothing);
        Services().Should().Equal("shop", "web");

        await DeclareAsync("docker/a", Nothing);
        Services().Should().Equal("web");
        (await _daemon.GetAsync("/service/web")).GetProperty("source").GetString().Should().Be("file");
    }

    [Fact]
    public async Task Declare_BackendsAlone_JoinTheServiceOfAnotherSourceAndStay()
    {
        await DeclareAsync("file", Web);
        await DeclareAsync("docker/a", Guest);

        await DeclareAsync("file", Web.Replace("10.9.0.21", "10.9.0.22", StringComparison.Ordinal));

        Backends("web").Should().Equal("b1", "c1");
        (await _daemon.GetAsync("/service/web/c1")).GetProperty("source").GetString().Should().Be("docker/a");
        _daemon.ReadKernel().Single().Destinations.Should().HaveCount(2);
    }

    [Fact]
    public async Task Declare_BackendsOfNoServiceYet_WaitForIt()
    {
        var conflict = (await DeclareAsync("docker/a", Guest)).Should().ContainSingle().Subject;
        conflict.GetProperty("service").GetString().Should().Be("web");
        conflict.GetProperty("backend").GetString().Should().Be("c1");
        conflict.GetProperty("problem").GetString().Should().StartWith("there is no service web yet");

        await _daemon.PutAsync("/service/web", """{"host": "10.9.0.100", "port": 80}""");
        Backends("web").Should().Equal("c1");

        await _daemon.DeleteAsync("/service/web");
        Services().Should().BeEmpty();
        (await DeclareAsync("docker/a", Guest)).Should().HaveCount(1);
    }

    [Fact]
    public async Task Declare_WhatAnotherHasDifferently_LeavesItThereAndAppliesTheRest()
    {
        await DeclareAsync("file", Web);

        var conflicts = await DeclareAsync("other", """
            {"services": {
                "web": {"host": "10.9.0.100", "port": 80, "method": "rr", "backends": {"b1": {"host": "10.9.0.29", "port": 80}, "b2": {"host": "10.9.0.22", "port": 80}}},
                "www": {"host": "10.9.0.100", "port": 80},
                "mail": {"host": "10.9.0.100", "port": 25}}}
            """);

        conflicts.Select(conflict => (conflict.GetProperty("service").GetString(), conflict.TryGetProperty("backend", out var backend) ? backend.GetString() : null, conflict.GetProperty("source").GetString()))
            .Should().Equal(("web", null, "file"), ("web", "b1", "file"), ("www", null, "file"));
        Services().Should().Equal("mail", "web");
        Backends("web").Should().Equal("b1", "b2");
        Options("web").GetProperty("method").GetString().Should().Be("wrr");

        await DeclareAsync("file", Nothing); // the other source's pending claims now succeed, one of the two at 10.9.0.100:80
        Services().Should().Equal("mail", "web");
        Options("web").GetProperty("method").GetString().Should().Be("rr");
        (await _daemon.GetAsync("/service/web/b1")).GetProperty("address").GetString().Should().Be("10.9.0.29");
    }

    [Fact]
    public async Task Declare_TheSameAsAnother_IsNoConflictAndStaysWhenThatGoes()
    {
        await DeclareAsync("docker/a", Web);
        (await DeclareAsync("docker/b", Web)).Should().BeEmpty();
        var mutations = _daemon.Kernel.Mutations;

        await DeclareAsync("docker/a", Nothing);

        _daemon.Kernel.Mutations.Should().Be(mutations, "the kernel's entries stay what they are");
        (await _daemon.GetAsync("/service/web")).GetProperty("source").GetString().Should().Be("docker/b");
        (await _daemon.GetAsync("/service/web/b1")).GetProperty("source").GetString().Should().Be("docker/b");
    }

    [Fact]
    public async Task Declare_InAServiceThatMovesAway_WaitsForItsReturn()
    {
        await DeclareAsync("docker/a", Web);
        await DeclareAsync("docker/b", Web.Replace("b1", "c1", StringComparison.Ordinal).Replace("10.9.0.21", "10.9.0.31", StringComparison.Ordinal));
        Backends("web").Should().Equal("b1", "c1");

        await DeclareAsync("docker/a", Web.Replace("\"port\": 80, \"backends\"", "\"port\": 8080, \"backends\"", StringComparison.Ordinal));
        Backends("web").Should().Equal("b1");

        await DeclareAsync("docker/a", Web);
        Backends("web").Should().Equal("b1", "c1");
    }

    [Fact]
    public async Task Get_PartOfASource_PutBackChangesNothing()
    {
        await DeclareAsync("file", Web);
        await DeclareAsync("api", """{"services": {"web": {"host": "10.9.0.101", "port": 80}, "mail": {"host": "10.9.0.100", "port": 25}}}""");
        var before = _daemon.Service<TableWriter>().Current;

        foreach (var source in (string[])["file", "api"])
        {
            var part = await _daemon.GetAsync($"/config?source={source}");
            await DeclareAsync(source, part.ToString());
            _daemon.Service<TableWriter>().Current.Should().BeSameAs(before);
        }

        (await _daemon.GetAsync("/config?source=api")).GetProperty("services").EnumerateObject().Select(service => service.Name).Should().Equal("mail", "web");
        (await _daemon.GetAsync("/config?source=nobody")).GetProperty("services").EnumerateObject().Should().BeEmpty();
    }

    [Fact]
    public async Task Get_Whole_PutOnAnEmptyDaemon_IsTheSameTable()
    {
        await DeclareAsync("file", Web);
        await DeclareAsync("docker/a", Guest);
        await _daemon.PutAsync("/service/mail", """{"host": "10.9.0.100", "port": 25}""");
        var document = (await _daemon.GetAsync("/config")).ToString();

        await using var other = new TestDaemon();
        await other.InitializeAsync();
        await other.PutAsync("/config", document);

        (await other.GetAsync("/config")).ToString().Should().Be(document);
        await other.PutAsync("/config?source=file", Nothing);
        (await other.GetAsync("/service")).ToString().Should().NotContain("web");
    }

    [Fact]
    public async Task Restart_KeepsWhatWaits()
    {
        await DeclareAsync("file", Web);
        await DeclareAsync("api", """{"services": {"web": {"host": "10.9.0.101", "port": 80, "backends": {"d1": {"host": "10.9.0.41", "port": 80}}}}}""");
        await RestartAsync();

        await DeclareAsync("file", Nothing);

        Options("web").GetProperty("host").GetString().Should().Be("10.9.0.101");
        Backends("web").Should().Equal("d1");
    }

    [Fact]
    public async Task Withdraw_WithGrace_KeepsTheServiceThatLong()
    {
        await DeclareAsync("docker/a", Web.Replace("\"port\": 80, \"backends\"", "\"port\": 80, \"grace\": \"1m\", \"backends\"", StringComparison.Ordinal));
        await DeclareAsync("docker/a", Nothing);
        Backends("web").Should().BeEmpty();

        await RestartAsync();
        await PassAsync(59);
        Services().Should().Equal("web");

        await PassAsync(2);
        Services().Should().BeEmpty();
        _daemon.ReadKernel().Should().BeEmpty();
    }

    [Fact]
    public async Task Withdraw_WithGrace_YieldsToWhoWantsThePlace()
    {
        await DeclareAsync("docker/a", Web.Replace("\"port\": 80, \"backends\"", "\"port\": 80, \"grace\": \"1m\", \"backends\"", StringComparison.Ordinal));
        await DeclareAsync("docker/a", Nothing);

        await _daemon.PutAsync("/service/www", """{"host": "10.9.0.100", "port": 80}""");

        Services().Should().Equal("www");
        await DeclareAsync("docker/b", Web.Replace("\"port\": 80, \"backends\"", "\"port\": 81, \"grace\": \"1m\", \"backends\"", StringComparison.Ordinal));
        await DeclareAsync("docker/b", Nothing);
        (await DeclareAsync("docker/c", Web.Replace("\"port\": 80, \"backends\"", "\"port\": 81, \"backends\"", StringComparison.Ordinal))).Should().BeEmpty();
        (await _daemon.GetAsync("/service/web")).GetProperty("source").GetString().Should().Be("docker/c");
    }

    [Fact]
    public async Task Withdraw_WithDrainOnRemoval_LetsTheBackendRunEmpty()
    {
        await DeclareAsync("docker/a", Web.Replace("\"port\": 80}}", "\"port\": 80, \"drain_on_removal\": \"30s\"}}", StringComparison.Ordinal));
        await DeclareAsync("docker/a", Nothing);
        (await _daemon.GetAsync("/service/web/b1")).GetProperty("drain").GetProperty("until").GetDateTimeOffset().Should().Be(_time.GetUtcNow() + TimeSpan.FromSeconds(30));
        await DeclareAsync("docker/a", Nothing); // a repeated declaration does not restart the drain

        await RestartAsync();
        Backends("web").Should().Equal("b1");

        await PassAsync(31);
        Services().Should().BeEmpty();
    }

    [Fact]
    public async Task Withdraw_ADrainingBackend_DeclaredAgain_Stays()
    {
        var document = Web.Replace("\"port\": 80}}", "\"port\": 80, \"drain_on_removal\": \"30s\"}}", StringComparison.Ordinal);
        await DeclareAsync("docker/a", document);
        await DeclareAsync("docker/a", Nothing);

        await DeclareAsync("docker/a", document);
        await PassAsync(31);

        Backends("web").Should().Equal("b1");
        (await _daemon.GetAsync("/service/web/b1")).TryGetProperty("drain", out _).Should().BeFalse();
    }

    /// <summary>A new version of an image has another service name and takes over the endpoint; the old version's backends drain there.</summary>
    [Fact]
    public async Task Withdraw_WhileAnotherServiceTakesThePlace_LetsTheBackendsRunEmptyThere()
    {
        await DeclareAsync("docker/a", Web.Replace("\"port\": 80}}", "\"port\": 80, \"drain_on_removal\": \"30s\"}}", StringComparison.Ordinal));

        await DeclareAsync("docker/a", Web.Replace("web", "www", StringComparison.Ordinal).Replace("b1", "c1", StringComparison.Ordinal).Replace("10.9.0.21", "10.9.0.31", StringComparison.Ordinal));

        Services().Should().Equal("www");
        Backends("www").Should().Equal("b1", "c1");
        _daemon.ReadKernel().Single().Destinations.Select(entry => entry.Destination.Weight).Should().BeEquivalentTo([0, 100]);
    }

    [Fact]
    public async Task Get_Sources_SaysWhoHasWhatAndWhatNot()
    {
        await DeclareAsync("file", Web);
        await DeclareAsync("docker/a", Guest);
        await DeclareAsync("other", """{"services": {"web": {"host": "10.9.0.101", "port": 80}}}""");
        (await _daemon.SendAsync(HttpMethod.Put, "/config?source=docker/a", """{"services": {"web": {"hosst": "x"}}}""")).StatusCode.Should().Be(HttpStatusCode.BadRequest);

        var sources = (await _daemon.GetAsync("/sources")).EnumerateArray().ToList();

        sources.Select(source => (source.GetProperty("name").GetString(), source.GetProperty("services").GetInt32(), source.GetProperty("backends").GetInt32(), source.GetProperty("conflicts").GetArrayLength()))
            .Should().Equal(("docker/a", 0, 1, 0), ("file", 1, 1, 0), ("other", 0, 0, 1));
        sources[0].GetProperty("declared_at").GetDateTimeOffset().Should().Be(_time.GetUtcNow());
        sources[0].GetProperty("error").GetString().Should().Contain("services.web");
        sources[1].TryGetProperty("error", out _).Should().BeFalse();

        await DeclareAsync("docker/a", Guest);
        (await _daemon.GetAsync("/sources"))[0].TryGetProperty("error", out _).Should().BeFalse();
    }

    [Theory]
    [InlineData("a b")]
    [InlineData("")]
    [InlineData("/a")]
    public async Task Put_OfABadName_IsRefused(string source)
    {
        var answer = await _daemon.SendAsync(HttpMethod.Put, $"/config?source={Uri.EscapeDataString(source)}", Nothing);

        answer.StatusCode.Should().Be(HttpStatusCode.BadRequest);
        (await TestDaemon.JsonAsync(answer)).GetProperty("details")[0].GetProperty("field").GetString().Should().Be("source");
    }

    private protected override TestDaemon NewDaemon(FakeKernel kernel) => new()
    {
        Kernel = kernel,
        State = _file.Path,
        Configure = services => services.AddSingleton<TimeProvider>(_time),
    };

    private async Task PassAsync(int seconds)
    {
        _time.Advance(TimeSpan.FromSeconds(seconds));
        await _daemon.Service<Drainer>().CheckAsync();
    }

    /// <returns>The conflicts of the declaration.</returns>
    private async Task<IReadOnlyList<JsonElement>> DeclareAsync(string source, string document)
    {
        var answer = await _daemon.SendAsync(HttpMethod.Put, $"/config?source={source}", document);
        var text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        answer.StatusCode.Should().Be(HttpStatusCode.OK, text);
        return [.. JsonElement.Parse(text).GetProperty("conflicts").EnumerateArray()];
    }

    private int Weight() => _daemon.ReadKernel().Single().Destinations.Single().Destination.Weight;

    private IEnumerable<string> Services() => _daemon.Service<TableWriter>().Current.Services.Keys;

    private IEnumerable<string> Backends(string service) => _daemon.Service<TableWriter>().Current.Find(service)!.Backends.Keys;

    private JsonElement Options(string service) => _daemon.GetAsync($"/service/{service}").Result.GetProperty("options");
}
