namespace Gorb.Tests.Health.Monitoring;

/// <summary>From the results of a check to the kernel's weights.</summary>
public sealed class VerdictTests : PulseTest
{
    private const string EverySecond = """, "pulse": {"interval": "1s", "timeout": "1s"}""";

    [Fact]
    public async Task FailingBackend_LosesItsWeightAfterFall_AndGetsItBackAfterRise()
    {
        await PutWebAsync(members: EverySecond);
        await PassAsync(2);
        Prober.Fail("10.9.0.21");

        await PassAsync(2);
        Weights()["10.9.0.21"].Should().Be(100, "fall is 3");
        await PassAsync(1);
        Weights().Should().BeEquivalentTo(new Dictionary<string, int> { ["10.9.0.21"] = 0, ["10.9.0.22"] = 100 });

        Prober.Pass("10.9.0.21");
        await PassAsync(1);
        Weights()["10.9.0.21"].Should().Be(0, "rise is 2");
        await PassAsync(1);
        Weights()["10.9.0.21"].Should().Be(100);
    }

    [Fact]
    public async Task DeadFromTheStart_IsOutAfterFall()
    {
        Prober.Fail("10.9.0.21");
        await PutWebAsync(members: EverySecond);

        await PassAsync(2);
        Weights()["10.9.0.21"].Should().Be(100, "fall is 3, for the first results, too");
        await PassAsync(1);

        Weights()["10.9.0.21"].Should().Be(0);
    }

    [Fact]
    public async Task StartDown_GetsTrafficWithTheFirstSuccessOnly()
    {
        await PutWebAsync("""{"host": "10.9.0.100", "port": 80, "start": "down"}""", backends: 1, EverySecond);
        Weights()["10.9.0.21"].Should().Be(0);

        await PassAsync(1);

        Weights()["10.9.0.21"].Should().Be(100);
    }

    [Fact]
    public async Task PatchOfTheWeight_WhileDown_SendsNoTrafficToADeadBackend()
    {
        Prober.Fail("10.9.0.21");
        await PutWebAsync(members: EverySecond);
        await PassAsync(3);

        await Daemon.PatchAsync("/service/web/b1", """{"weight": 7}""");
        await Daemon.PutAsync("/service/web/b1", """{"host": "10.9.0.21", "port": 80, "weight": 9, "pulse": {"interval": "1s", "timeout": "1s"}}""");
        Weights()["10.9.0.21"].Should().Be(0);

        Prober.Pass("10.9.0.21");
        await PassAsync(2);
        Weights()["10.9.0.21"].Should().Be(9);
    }

    [Fact]
    public async Task Get_SaysWhyItIsOut()
    {
        await PutWebAsync(members: EverySecond);
        await PassAsync(1);
        Prober.Fail("10.9.0.21", "connection refused");

        await PassAsync(3);

        var check = await CheckAsync("/service/web/b1");
        check.GetProperty("status").GetString().Should().Be("down");
        check.GetProperty("reason").GetString().Should().Be("connection refused");
        check.GetProperty("target").GetString().Should().Be("10.9.0.21:80");
        check.GetProperty("consecutive").GetInt32().Should().Be(3);
        var backend = await Daemon.GetAsync("/service/web/b1");
        backend.GetProperty("metrics").GetProperty("status").GetInt32().Should().Be(1);
        backend.GetProperty("pulse").GetProperty("transitions").GetInt32().Should().Be(1);
        (await Daemon.GetAsync("/service/web")).GetProperty("health").GetDouble().Should().Be(0.5);
    }

    [Fact]
    public async Task SeveralChecks_MustAllPass()
    {
        await PutWebAsync(backends: 1, members: """, "pulse": [{"interval": "1s", "timeout": "1s"}, {"interval": "1s", "timeout": "1s", "args": {"host": "10.9.0.99"}}]""");
        await PassAsync(1);
        Prober.Fail("10.9.0.99");

        await PassAsync(3);

        Weights()["10.9.0.21"].Should().Be(0);
    }

    [Fact]
    public async Task HoledThousand_DelayNoOther()
    {
        var holes = Enumerable.Range(0, 1000).Select(i => $"10.8.{i / 250}.{1 + (i % 250)}").ToList();
        holes.ForEach(Prober.Silence);
        var backends = string.Join(',', holes.Select((host, i) => $$"""
            "h{{i}}": {"host": "{{host}}", "port": 80}
            """));
        const string Holes = """{"services": {"holes": {"host": "10.9.0.99", "port": 80, "pulse": {"interval": "1s", "timeout": "1s"}, "backends": {""";
        await Daemon.PutAsync("/config", Holes + backends + "}}}}");
        await PassAsync(2);
        await PutWebAsync(members: EverySecond);

        await PassAsync(20);

        Prober.Started.Count(target => holes.Contains(target.Host)).Should().Be(1000, "they all wait for an answer");
        Prober.Count("10.9.0.21").Should().BeInRange(19, 20);
        Prober.Count("10.9.0.22").Should().BeInRange(19, 20);
    }

    [Fact]
    public async Task SameCheckOfTwoServices_IsMadeOnce()
    {
        await PutWebAsync(backends: 1, members: EverySecond);
        await Daemon.PutAsync("/service/other", """{"host": "10.9.0.101", "port": 80}""");
        await Daemon.PutAsync("/service/other/x", """{"host": "10.9.0.21", "port": 80, "pulse": {"interval": "1s", "timeout": "1s"}}""");

        await PassAsync(10);

        Prober.Count("10.9.0.21").Should().BeInRange(9, 10);
    }

    [Fact]
    public async Task RemovedBackend_IsCheckedNoMore()
    {
        await PutWebAsync(members: EverySecond);
        await PassAsync(2);

        await Daemon.DeleteAsync("/service/web/b1");
        await PassAsync(1);
        var count = Prober.Count("10.9.0.21");
        await PassAsync(5);

        Prober.Count("10.9.0.21").Should().Be(count);
        Prober.Count("10.9.0.22").Should().BeGreaterThan(count);
    }

    [Fact]
    public async Task SilentBackend_DelaysNoOther()
    {
        Prober.Silence("10.9.0.21");
        await PutWebAsync(members: EverySecond);

        await PassAsync(10);

        Prober.Count("10.9.0.21").Should().Be(1);
        Prober.Count("10.9.0.22").Should().BeInRange(9, 10);
    }

    [Fact]
    public async Task TypeNone_IsUpAndNotProbed()
    {
        await PutWebAsync("""{"host": "10.9.0.100", "port": 80, "start": "down"}""", backends: 1, """, "pulse": {"type": "none"}""");

        await PassAsync(1);

        Weights()["10.9.0.21"].Should().Be(100);
        Prober.Started.Should().BeEmpty();
    }

    [Fact]
    public async Task ServicesCheck_IsTheDefaultOfItsBackends()
    {
        await PutWebAsync("""{"host": "10.9.0.100", "port": 80, "pulse": {"type": "http", "args": {"path": "/health"}}}""", backends: 1);

        await PassAsync(6);

        Prober.Started.Should().NotBeEmpty().And.OnlyContain(target => target.Args.Type == "http");
    }

    [Fact]
    public async Task MassFailure_IsFewBatches()
    {
        const int many = 600;
        await Daemon.PutAsync("/config", $"services: {{web: {{host: 10.9.0.100, port: 80, pulse: {{interval: 1s, timeout: 1s, fall: 1}}, backends: {{{string.Join(", ",
            Enumerable.Range(0, many).Select(i => $"b{i}: {{host: 10.8.{i / 250}.{(i % 250) + 1}, port: 80}}"))}}}}}}}");
        await PassAsync(2);
        Enumerable.Range(0, many).ToList().ForEach(i => Prober.Fail($"10.8.{i / 250}.{(i % 250) + 1}"));
        var (mutations, datagrams) = (Kernel.Mutations, Kernel.MutatingDatagrams);

        await PassAsync(4);

        Weights().Values.Should().OnlyContain(weight => weight == 0);
        (Kernel.Mutations - mutations).Should().Be(many);
        (Kernel.MutatingDatagrams - datagrams).Should().BeLessThan(30);
    }

    /// <summary>One lost packet must not keep a new backend out until "rise" successes follow.</summary>
    [Fact]
    public async Task FirstCheckThatFails_CostsANewBackendNothing()
    {
        Prober.Fail("10.9.0.21");
        await PutWebAsync(members: EverySecond);
        await PassAsync(1);
        Prober.Pass("10.9.0.21");

        for (var second = 0; second < 3; second++)
        {
            Weights()["10.9.0.21"].Should().Be(100);
            await PassAsync(1);
        }
    }
}
