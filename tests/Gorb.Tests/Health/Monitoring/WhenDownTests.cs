using System.Net;
using Gorb.Ipvs;
using Gorb.Tests.Api;
using Gorb.Tests.State;

namespace Gorb.Tests.Health.Monitoring;

/// <summary>A backend that is down leaves the kernel where weight 0 does not move its clients, and stays managed.</summary>
public sealed class WhenDownTests : PulseTest
{
    private const string Udp = """{"host": "10.9.0.100", "port": 53, "protocol": "udp"}""";
    private const string Check = """, "pulse": {"type": "tcp", "interval": "1s", "timeout": "1s", "fall": 3, "rise": 1}""";
    private static readonly ServiceKey Dns = ServiceKey.ForAddress(TransportProtocol.Udp, IPAddress.Parse("10.9.0.100"), 53);
    private static readonly DestinationKey First = new(IPAddress.Parse("10.9.0.21"), 80);

    private protected override TimeSpan Resync => TimeSpan.FromSeconds(1);

    [Fact]
    public async Task Failures_RemoveAtTheVerdictAndNotBefore_AndSuccessBringsItBack()
    {
        await PutWebAsync(Udp, members: Check);
        await PassAsync(2);
        Prober.Fail("10.9.0.21");
        await PassAsync(2);
        Weights().Should().ContainKey("10.9.0.21", "a flapping check must not cost connections");

        await PassAsync(1);
        Weights().Keys.Should().Equal("10.9.0.22");

        Prober.Pass("10.9.0.21");
        await PassAsync(1);
        Weights().Should().BeEquivalentTo(new Dictionary<string, int> { ["10.9.0.21"] = 100, ["10.9.0.22"] = 100 });
    }

    [Fact]
    public async Task Down_IsShownAsRemovedAndNotAsSomethingThatOthersDid()
    {
        await TakeDownAsync();

        var view = await Daemon.GetAsync("/service/web/b1");
        view.GetProperty("metrics").GetProperty("status").GetInt32().Should().Be(1);
        view.GetProperty("kernel").GetProperty("removed").GetBoolean().Should().BeTrue();
        view.GetProperty("kernel").GetProperty("weight").GetInt32().Should().Be(0);
        view.GetProperty("options").GetProperty("weight").GetInt32().Should().Be(100);
        view.TryGetProperty("kernel_error", out _).Should().BeFalse();
        (await Daemon.GetAsync("/service/web/b2")).GetProperty("kernel").TryGetProperty("removed", out _).Should().BeFalse();
    }

    [Fact]
    public async Task Down_IsNoDrift()
    {
        await TakeDownAsync();
        var mutations = Kernel.Mutations;

        await PassAsync(3);

        Kernel.Mutations.Should().Be(mutations);
        (await Daemon.GetAsync("/ipvs")).GetProperty("repairs").GetInt64().Should().Be(0);
    }

    /// <summary>Another program that adds the destination again sends clients to a dead backend, so its key stays managed while it is out of the kernel.</summary>
    [Fact]
    public async Task PutBackByOthers_IsManagedAndRemovedAgain()
    {
        await TakeDownAsync();
        Daemon.ChangeKernel(client => client.Apply([new IpvsChange.AddDestination(Dns, new Destination(First) { Weight = 1 })]));

        (await Daemon.GetAsync("/service/web")).TryGetProperty("unmanaged", out _).Should().BeFalse();
        var shown = (await Daemon.GetAsync("/ipvs")).GetProperty("services")[0].GetProperty("destinations").EnumerateArray().Single(destination => destination.GetProperty("key").GetString() == "10.9.0.21:80");
        shown.GetProperty("managed").GetBoolean().Should().BeTrue();

        await PassAsync(1);
        Weights().Keys.Should().Equal("10.9.0.22");
    }

    [Theory]
    [InlineData("""{"when_down": "quiesce"}""")]
    [InlineData("""{"min_healthy": "60%"}""")]
    public async Task OtherPolicy_BringsItBackIntoTheKernel(string patch)
    {
        await TakeDownAsync();

        await Daemon.PatchAsync("/service/web", patch);

        Weights().Should().ContainKey("10.9.0.21");
    }

    [Fact]
    public async Task ForcedDown_IsOut_AndForcedUpIsIn()
    {
        await PutWebAsync(Udp, members: Check);
        await Daemon.PatchAsync("/service/web/b1", """{"force": "down"}""");
        Weights().Keys.Should().Equal("10.9.0.22");

        await TakeDownAsync();
        await Daemon.PatchAsync("/service/web/b1", """{"force": "up"}""");
        Weights()["10.9.0.21"].Should().Be(100);
    }

    [Fact]
    public async Task DeletedOrMovedWhileDown_LeavesNothingAndComplainsOfNothing()
    {
        await TakeDownAsync();
        await Daemon.PatchAsync("/service/web/b1", """{"host": "10.9.0.29"}""");
        await PassAsync(1);
        Weights().Keys.Should().BeEquivalentTo(["10.9.0.22", "10.9.0.29"], "it is up where it stands now");

        await Daemon.DeleteAsync("/service/web/b1");
        await Daemon.PatchAsync("/service/web", """{"port": 54}""");

        Weights().Keys.Should().Equal("10.9.0.22");
    }

    [Fact]
    public async Task Drain_OfOneThatIsDown_EndsAtOnce()
    {
        await TakeDownAsync();
        (await Daemon.SendAsync(HttpMethod.Delete, "/service/web/b1?drain=1h", null)).StatusCode.Should().Be(HttpStatusCode.Accepted);

        await Daemon.Service<Gorb.Draining.Drainer>().CheckAsync();

        (await Daemon.GetAsync("/service/web")).GetProperty("backends").EnumerateArray().Select(name => name.GetString()).Should().Equal("b2");
    }

    [Theory]
    [InlineData("up")]
    [InlineData("keep")]
    public async Task Restart_SendsItNoTraffic(string start)
    {
        using var file = new TemporaryFile();
        await using (var first = await StartAsync(file.Path))
        {
            await first.PutAsync("/service/web", $$"""{"host": "10.9.0.100", "port": 53, "protocol": "udp", "start": "{{start}}"}""");
            await first.PutAsync("/service/web/b1", $$"""{"host": "10.9.0.21", "port": 80{{Check}}}""");
            await first.PutAsync("/service/web/b2", $$"""{"host": "10.9.0.22", "port": 80{{Check}}}""");
            Prober.Fail("10.9.0.21");
            await PassAsync(4, first);
            Weights(first).Keys.Should().Equal("10.9.0.22");
        }

        var mutations = Kernel.Mutations;
        await using var second = await StartAsync(file.Path);
        await PassAsync(3, second);
        Kernel.Mutations.Should().Be(mutations);

        Prober.Pass("10.9.0.21");
        await PassAsync(2, second);
        Weights(second)["10.9.0.21"].Should().Be(100);
    }

    [Fact]
    public async Task Metrics_ReportItWithWeightZero()
    {
        await TakeDownAsync();

        var metrics = await Daemon.Http.GetStringAsync(new Uri("/metrics?backends=true", UriKind.Relative), TestContext.Current.CancellationToken);

        metrics.Should().Contain("""gorb_service_backend_weight{service_name="web",name="b1",host="10.9.0.21",port="80"} 0""")
            .And.Contain("""gorb_service_backend_status{service_name="web",name="b1",host="10.9.0.21",port="80"} 1""");
    }

    [Fact]
    public async Task WhenDown_IsShownAndTakenBack()
    {
        await Daemon.PutAsync("/service/web", """{"host": "10.9.0.100", "port": 80, "method": "mh", "flags": "no-fallback", "when_down": "remove"}""");
        var options = (await Daemon.GetAsync("/service/web")).GetProperty("options");
        options.GetProperty("when_down").GetString().Should().Be("remove");
        options.GetProperty("flags").GetString().Should().Be("no-fallback");
        var mutations = Kernel.Mutations;

        await Daemon.PutAsync("/service/web", options.ToString());
        await Daemon.PutAsync("/config", (await Daemon.GetAsync("/config")).ToString());

        Kernel.Mutations.Should().Be(mutations);
    }

    [Theory]
    [InlineData("""{"when_down": "vanish"}""", "must be auto, quiesce or remove")]
    [InlineData("""{"flags": "no-fallback|sh-fallback"}""", "asks for a fallback and refuses it")]
    public async Task Nonsense_IsRefused(string patch, string problem)
    {
        await PutWebAsync();

        var answer = await Daemon.SendAsync(HttpMethod.Patch, "/service/web", patch);

        answer.StatusCode.Should().Be(HttpStatusCode.BadRequest);
        (await TestDaemon.JsonAsync(answer)).GetProperty("error").GetString().Should().Contain(problem);
    }

    private async Task TakeDownAsync()
    {
        Prober.Pass("10.9.0.21");
        await PutWebAsync(Udp, members: Check);
        await PassAsync(2);
        Prober.Fail("10.9.0.21");
        await PassAsync(4);
        Weights().Keys.Should().Equal("10.9.0.22");
    }
}
