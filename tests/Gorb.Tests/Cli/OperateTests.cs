using Gorb.Health.Probes;
using Gorb.Tests.Api;
using Gorb.Tests.Health;
using Gorb.Tests.Health.Probes;
using Gorb.Tests.Shared;
using Microsoft.Extensions.DependencyInjection;

namespace Gorb.Tests.Cli;

/// <summary>The verbs of an operator: drain, resume, force, weight and wait.</summary>
[Collection(Alone.Name)]
public sealed class OperateTests : VerbTest
{
    private readonly FakeProber _prober = new();

    private protected override TestDaemon NewDaemon(FakeKernel kernel) => new() { Kernel = kernel, Configure = services => services.AddSingleton<IProber>(_prober) };

    private protected override async Task PrepareAsync()
    {
        await _daemon.PutAsync("/service/web", """{"host": "10.9.0.100", "port": 80, "method": "wrr"}""");
        await _daemon.PutAsync("/service/web/b1", """{"host": "10.9.0.21", "port": 81, "pulse": {"interval": "200ms", "timeout": "100ms", "fall": 1}}""");
        await _daemon.PutAsync("/service/web/b2", """{"host": "10.9.0.22", "port": 82, "pulse": {"type": "none"}}""");
    }

    [Fact]
    public async Task Drain_GivesABackendNoNewConnections_AndResumeEndsThat()
    {
        _daemon.Kernel.Table.SetConnections(81, 3);

        (await AskAsync("drain", "web/b1")).Should().Be(new Ran(0, "web/b1 drains: 3 connections left\n", ""));
        (await KernelWeightAsync("b1")).Should().Be(0);

        (await AskAsync("resume", "web/b1")).Should().Be(new Ran(0, "web/b1 gets new connections, with the weight 100\n", ""));
        (await KernelWeightAsync("b1")).Should().Be(100);
    }

    [Fact]
    public async Task Drain_OfAService_IsThatOfItsBackends()
    {
        (await AskAsync("drain", "web")).Should().Be(new Ran(0, "web/b1 drains: 0 connections left\nweb/b2 drains: 0 connections left\n", ""));
        (await AskAsync("resume", "web", "--quiet")).Should().Be(new Ran(0, "", ""));

        (await KernelWeightAsync("b2")).Should().Be(100);
    }

    [Fact]
    public async Task Drain_ThatWaits_EndsWithTheLastConnection()
    {
        _daemon.Kernel.Table.SetConnections(81, 2);
        var waiting = AskAsync("drain", "web", "--wait", "--timeout", "1h");
        await UntilAsync(async () => (await _daemon.GetAsync("/service/web/b1")).TryGetProperty("drain", out _));
        _daemon.Kernel.Table.SetConnections(81, 0);

        var ran = await waiting;

        (ran.Status, ran.Errors).Should().Be((0, ""));
        ran.Output.Should().EndWith("web: no connections left\n");
    }

    [Fact]
    public async Task Drain_WithConnectionsAtTheEndOfTheTime_Is1_AndNamesThem()
    {
        _daemon.Kernel.Table.SetConnections(81, 1);

        (await AskAsync("drain", "web", "--wait", "--timeout", "1ms")).Should().Be(new Ran(
            1, "web: 1 connection left\n", "gorb: web still has connections after 1ms, and goes on draining; \"gorb resume web\" ends that\n  web/b1: 1 connection left\n"));
        (await KernelWeightAsync("b1")).Should().Be(0);
    }

    [Fact]
    public async Task Drain_ThatAnotherClientEnds_Is1()
    {
        _daemon.Kernel.Table.SetConnections(81, 1);
        var waiting = AskAsync("drain", "web/b1", "--wait", "--timeout", "1h");
        await UntilAsync(async () => (await _daemon.GetAsync("/service/web/b1")).TryGetProperty("drain", out _));
        await _daemon.PatchAsync("/service/web/b1", """{"drain": false}""");

        (await waiting).Should().BeEquivalentTo(new { Status = 1, Errors = "gorb: web/b1 drains no more: another client has ended its drain\n" });
    }

    [Fact]
    public async Task Resume_CancelsARemoval()
    {
        _daemon.Kernel.Table.SetConnections(81, 1);
        await _daemon.SendAsync(HttpMethod.Delete, "/service/web/b1?drain=1h", null);

        (await AskAsync("resume", "web/b1")).Status.Should().Be(0);

        (await _daemon.GetAsync("/service/web/b1")).TryGetProperty("drain", out _).Should().BeFalse();
    }

    /// <summary>An operator cannot end a drain that the source declares, by lifting what no operator has set.</summary>
    [Fact]
    public async Task Resume_OfABackendWhoseSourceDrainsIt_Is1()
    {
        await _daemon.PutAsync("/config?source=shop", """{"services": {"shop": {"host": "10.9.0.100", "port": 8080, "backends": {"s1": {"host": "10.9.0.21", "port": 83, "drain": true}}}}}""");

        (await AskAsync("resume", "shop/s1")).Should().Be(new Ran(1, "", "gorb: shop/s1 still drains, because its source shop says so\n"));
    }

    [Fact]
    public async Task Force_OverrulesTheChecks_UntilItIsNone()
    {
        (await AskAsync("force", "web/b2", "down")).Should().Be(new Ran(0, "web/b2 is forced down\n", ""));
        (await KernelWeightAsync("b2")).Should().Be(0);
        (await AskAsync("wait", "web", "--timeout", "1ms")).Errors.Should().Contain("  web/b2: down for").And.Contain("forced down");

        (await AskAsync("force", "web/b2", "none")).Should().Be(new Ran(0, "web/b2 is as its checks say\n", ""));
        (await KernelWeightAsync("b2")).Should().Be(100);
    }

    [Fact]
    public async Task Weight_IsSet_AndLifted()
    {
        (await AskAsync("weight", "web/b1", "0")).Should().Be(new Ran(0, "web/b1 has the weight 0\n", ""));
        (await KernelWeightAsync("b1")).Should().Be(0);
        (await AskAsync("weight", "web/b1", "none")).Should().Be(new Ran(0, "web/b1 has the weight of its source again\n", ""));
        (await KernelWeightAsync("b1")).Should().Be(100);
    }

    [Fact]
    public async Task Wait_EndsWithTheFirstPassOfAllChecks() =>
        (await AskAsync("wait", "web", "--healthy", "2", "--timeout", "1h")).Should().BeEquivalentTo(new { Status = 0, Errors = "" }).And.Match<Ran>(ran => ran.Output.EndsWith("web: 2 of 2 backends healthy\n"));

    [Fact]
    public async Task Wait_FollowsABackendThatComesBack()
    {
        _prober.Fail("10.9.0.21");
        await UntilAsync(async () => await StatusAsync("b1") == 1);
        var waiting = AskAsync("wait", "web", "--timeout", "1h");
        _prober.Pass("10.9.0.21");

        (await waiting).Status.Should().Be(0);
    }

    [Fact]
    public async Task Wait_ThatIsNotReached_Is1_AndSaysWhatIsMissingAndWhy()
    {
        _prober.Fail("10.9.0.21", "connection refused");
        await UntilAsync(async () => await StatusAsync("b1") == 1);

        var ran = await AskAsync("wait", "web", "--healthy", "3", "--timeout", "300ms", "-q");

        (ran.Status, ran.Output).Should().Be((1, ""));
        ran.Errors.Should().MatchRegex("^gorb: web: 1 of 3 backends healthy after 300ms\n  web/b1: down for [0-9]+s: connection refused\n  the service has 2 backends in all\n$");
    }

    public static TheoryData<string> Verbs => ["drain web/b1", "resume web/b1", "force web/b1 up", "weight web/b1 5", "wait web"];

    [Theory]
    [MemberData(nameof(Verbs))]
    public async Task OfAServiceThatIsNotThere_Is4(string verb)
    {
        var ran = await AskAsync(verb.Replace("web", "no-such", StringComparison.Ordinal).Split(' '));

        (ran.Status, ran.Output).Should().Be((4, ""));
        ran.Errors.Should().StartWith("gorb: ");
    }

    [Theory]
    [MemberData(nameof(Verbs))]
    public async Task OfADaemonThatIsNotThere_Is3(string verb) => (await RunAsync([.. verb.Split(' '), "-s", Nobody])).Status.Should().Be(3);

    [Theory]
    [InlineData("drain", "web/b1/b2")]
    [InlineData("drain", "web", "--timeout", "5s")]
    [InlineData("drain", "web", "--wait", "--timeout", "soon")]
    [InlineData("force", "web", "up")]
    [InlineData("force", "web/b1", "sideways")]
    [InlineData("weight", "web/b1", "-1")]
    [InlineData("weight", "web/b1", "50%")]
    [InlineData("wait", "web/b1")]
    [InlineData("wait", "web", "--healthy", "0")]
    public async Task WrongWords_Are2_AndSentNowhere(params string[] words)
    {
        var mutations = _daemon.Kernel.Mutations;

        (await AskAsync(words)).Status.Should().Be(2);

        _daemon.Kernel.Mutations.Should().Be(mutations);
    }

    private async Task<int> StatusAsync(string backend) => (await _daemon.GetAsync($"/service/web/{backend}")).GetProperty("metrics").GetProperty("status").GetInt32();

    private async Task<int> KernelWeightAsync(string backend) => (await _daemon.GetAsync($"/service/web/{backend}")).GetProperty("kernel").GetProperty("weight").GetInt32();
}
