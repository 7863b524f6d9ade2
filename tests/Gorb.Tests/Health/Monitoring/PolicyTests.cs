using Gorb.Ipvs;
using Gorb.Tests.Api;
using Gorb.Tests.State;

namespace Gorb.Tests.Health.Monitoring;

/// <summary>How a service's policy turns verdicts into the kernel's weights.</summary>
public sealed class PolicyTests : PulseTest
{
    private const string Quick = """, "pulse": {"interval": "1s", "timeout": "1s", "fall": 1, "rise": 1}""";

    [Theory]
    [InlineData("fb-default", 0)]
    [InlineData("fb-zero-to-one", 1)]
    public async Task AllDown_Fallback_AndBack(string fallback, int weight)
    {
        await PutWebAsync($$"""{"host": "10.9.0.100", "port": 80, "fallback": "{{fallback}}"}""", members: Quick);
        await PassAsync(1);
        Prober.Fail("10.9.0.21");
        Prober.Fail("10.9.0.22");
        await PassAsync(1);
        Weights().Values.Should().Equal(weight, weight);

        Prober.Pass("10.9.0.22");
        await PassAsync(1);

        Weights().Should().BeEquivalentTo(new Dictionary<string, int> { ["10.9.0.21"] = 0, ["10.9.0.22"] = 100 });
    }

    [Fact]
    public async Task AllDown_SorryBackendAnswers_UntilOneComesBack()
    {
        await PutWebAsync("""{"host": "10.9.0.100", "port": 80, "fallback": "sorry", "sorry": {"host": "10.9.0.99", "port": 80, "method": "dr"}}""", members: Quick);
        Weights().Keys.Should().NotContain("10.9.0.99", "it does not serve");
        Prober.Fail("10.9.0.21");
        Prober.Fail("10.9.0.22");
        await PassAsync(1);

        Weights().Should().BeEquivalentTo(new Dictionary<string, int> { ["10.9.0.21"] = 0, ["10.9.0.22"] = 0, ["10.9.0.99"] = 1 });
        Daemon.ReadKernel()[0].Destinations.Single(entry => entry.Destination.Weight == 1).Destination.Forwarding.Should().Be(ForwardingMethod.DirectRoute);

        Prober.Pass("10.9.0.21");
        await PassAsync(1);
        Weights().Should().BeEquivalentTo(new Dictionary<string, int> { ["10.9.0.21"] = 100, ["10.9.0.22"] = 0 });
        (await Daemon.GetAsync("/service/web")).TryGetProperty("unmanaged", out _).Should().BeFalse();
    }

    [Fact]
    public async Task TooFewHealthy_ChecksAreIgnored()
    {
        await PutWebAsync("""{"host": "10.9.0.100", "port": 80, "min_healthy": "60%"}""", members: Quick);
        await PassAsync(1);

        Prober.Fail("10.9.0.21");
        await PassAsync(1);

        Weights().Values.Should().Equal(100, 100);
    }

    [Fact]
    public async Task SlowStart_GrowsFromOneToAll()
    {
        await PutWebAsync("""{"host": "10.9.0.100", "port": 80, "slow_start": "10s"}""", backends: 1, Quick);
        await PassAsync(1);
        Weights()["10.9.0.21"].Should().Be(100, "a new backend does not come back");
        Prober.Fail("10.9.0.21");
        await PassAsync(1);
        Prober.Pass("10.9.0.21");
        await PassAsync(1);
        var grown = new List<int> { Weights()["10.9.0.21"] };
        for (var second = 0; second < 10; second++)
        {
            await PassAsync(1);
            grown.Add(Weights()["10.9.0.21"]);
        }

        grown.Should().BeInAscendingOrder().And.StartWith(1).And.EndWith(100);
        grown[5].Should().BeInRange(40, 60);
    }

    [Fact]
    public async Task Force_StandsAboveTheChecks_UntilItIsLifted()
    {
        await PutWebAsync(members: Quick);
        await PassAsync(1);

        await Daemon.PatchAsync("/service/web/b1", """{"force": "down"}""");
        await PassAsync(2);
        Weights()["10.9.0.21"].Should().Be(0);

        Prober.Fail("10.9.0.21");
        await Daemon.PatchAsync("/service/web/b1", """{"force": "up"}""");
        await PassAsync(2);
        Weights()["10.9.0.21"].Should().Be(100);

        await Daemon.PatchAsync("/service/web/b1", """{"force": "none"}""");
        Weights()["10.9.0.21"].Should().Be(0);
    }

    [Fact]
    public async Task Drain_SurvivesFailureAndRecovery()
    {
        await PutWebAsync(members: Quick);
        await Daemon.PatchAsync("/service/web/b1", """{"drain": true}""");
        Prober.Fail("10.9.0.21");
        await PassAsync(1);
        Prober.Pass("10.9.0.21");
        await PassAsync(2);
        Weights()["10.9.0.21"].Should().Be(0);

        await Daemon.PatchAsync("/service/web/b1", """{"drain": false}""");
        Weights()["10.9.0.21"].Should().Be(100);
    }

    [Fact]
    public async Task KernelThatRefuses_GetsTheVerdictAgainLater()
    {
        await PutWebAsync(members: Quick);
        await PassAsync(1);
        Kernel.Refuse = request => request.IsMutation ? Errno.ENOMEM : Errno.None;
        Prober.Fail("10.9.0.21");
        await PassAsync(2);
        Weights()["10.9.0.21"].Should().Be(100);

        Kernel.Refuse = static _ => Errno.None;
        await PassAsync(2);

        Weights()["10.9.0.21"].Should().Be(0);
    }

    [Fact]
    public async Task Restart_SendsNoTrafficToABackendThatWasDown()
    {
        using var file = new TemporaryFile();
        await using (var first = await StartAsync(file.Path))
        {
            await first.PutAsync("/service/web", Web);
            await first.PutAsync("/service/web/b1", """{"host": "10.9.0.21", "port": 80, "pulse": {"interval": "1s", "timeout": "1s", "fall": 1}}""");
            await PassAsync(1, first);
            Prober.Fail("10.9.0.21");
            await PassAsync(2, first);
            Weights(first)["10.9.0.21"].Should().Be(0);
        }

        var mutations = Kernel.Mutations;
        await using var second = await StartAsync(file.Path);
        Weights(second)["10.9.0.21"].Should().Be(0);
        Kernel.Mutations.Should().Be(mutations);

        Prober.Pass("10.9.0.21");
        await PassAsync(1, second);
        Weights(second)["10.9.0.21"].Should().Be(100);
    }

    [Theory]
    [InlineData("""{"fallback": "sorry"}""", "sorry")]
    [InlineData("""{"fallback": "maybe"}""", "fallback")]
    [InlineData("""{"slow_start": "soon"}""", "slow_start")]
    [InlineData("""{"min_healthy": "110%"}""", "min_healthy")]
    [InlineData("""{"start": "sideways"}""", "start")]
    [InlineData("""{"sorry": {"host": "nowhere"}}""", "sorry.host")]
    [InlineData("""{"sorry": {"host": "10.9.0.21", "port": 81, "method": "dr"}}""", "sorry.host")]
    [InlineData("""{"pulse": {"type": "tcp", "timeout": "1m"}}""", "pulse.timeout")]
    [InlineData("""{"pulse": {"type": "exec", "args": {"program": "/bin/true"}}}""", "pulse.type")]
    public async Task WrongPolicy_IsNamed(string body, string field)
    {
        await PutWebAsync();

        var answer = await Daemon.SendAsync(HttpMethod.Patch, "/service/web", body);

        answer.StatusCode.Should().Be(System.Net.HttpStatusCode.BadRequest);
        var details = (await TestDaemon.JsonAsync(answer)).GetProperty("details");
        details.EnumerateArray().Select(detail => detail.GetProperty("field").GetString()).Should().Contain(field);
    }
}
