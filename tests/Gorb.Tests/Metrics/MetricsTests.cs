using Gorb.Tests.Health.Monitoring;

namespace Gorb.Tests.Metrics;

/// <summary>/metrics shows the current state under GORB's names.</summary>
public sealed class MetricsTests : PulseTest
{
    private const string Labels = """{service_name="web",name="b1",host="10.9.0.21",port="80"}""";

    [Fact]
    public async Task Metrics_HaveGorbsNamesAndRightValues()
    {
        await PutWebAsync(members: """, "pulse": {"interval": "1s", "timeout": "1s", "fall": 1}""");
        await PassAsync(1);
        Prober.Fail("10.9.0.21");
        await PassAsync(3);

        var lines = await LinesAsync("/metrics");

        lines.Should().Contain("""gorb_service_health{name="web",host="10.9.0.100",port="80",protocol="tcp",fwmark=""} 0.5""")
            .And.Contain("""gorb_service_backends{name="web",host="10.9.0.100",port="80",protocol="tcp",fwmark=""} 2""")
            .And.Contain($"gorb_service_backend_status{Labels} 1")
            .And.Contain($"gorb_service_backend_weight{Labels} 0")
            .And.Contain($"gorb_service_backend_health{Labels} 0.25")
            .And.Contain($"gorb_service_backend_uptime_seconds{Labels} 2")
            .And.Contain("""gorb_check_results_total{type="tcp",result="failed"} 3""")
            .And.Contain("""gorb_backend_transitions_total{verdict="down"} 1""")
            .And.Contain("""gorb_service_connections_total{name="web",host="10.9.0.100",port="80",protocol="tcp",fwmark=""} 0""");
        lines.Should().NotContain(line => line.StartsWith("gorb_service_backend_connections_total", StringComparison.Ordinal));
        (await LinesAsync("/metrics?backends=true")).Should().Contain($"gorb_service_backend_connections_total{Labels} 0");
    }

    [Fact]
    public async Task Fwmark_IsALabel()
    {
        await Daemon.PutAsync("/service/marked", """{"fwmark": 4294967295}""");

        (await LinesAsync("/metrics")).Should().Contain("""gorb_service_backends{name="marked",host="",port="0",protocol="fwmark",fwmark="4294967295"} 0""")
            .And.Contain("""gorb_service_connections_total{name="marked",host="",port="0",protocol="fwmark",fwmark="4294967295"} 0""");
    }

    /// <summary>Counters start at zero because rate() and increase() ignore the value of the first sample.</summary>
    [Fact]
    public async Task CountersOfChecks_BeginWithZero()
    {
        (await LinesAsync("/metrics")).Should().Contain("""gorb_check_results_total{type="tcp",result="failed"} 0""")
            .And.Contain("""gorb_check_results_total{type="exec",result="passed"} 0""")
            .And.Contain("""gorb_backend_transitions_total{verdict="up"} 0""")
            .And.Contain("""gorb_backend_transitions_total{verdict="down"} 0""")
            .And.Contain("gorb_log_lines_dropped_total 0")
            .And.Contain("gorb_repairs_total 0");
    }

    [Fact]
    public async Task ServiceThatMoves_HasNewSeries()
    {
        await PutWebAsync();
        await Daemon.PatchAsync("/service/web", """{"port": 81}""");

        var lines = await LinesAsync("/metrics");

        lines.Should().Contain("""gorb_service_connections_total{name="web",host="10.9.0.100",port="81",protocol="tcp",fwmark=""} 0""");
        lines.Should().NotContain(line => line.Contains("""name="web",host="10.9.0.100",port="80"""));
    }

    [Fact]
    public async Task WhatIsGone_IsNotReported()
    {
        await PutWebAsync();
        await Daemon.DeleteAsync("/service/web/b1");

        var lines = await LinesAsync("/metrics");

        lines.Should().Contain(line => line.Contains("\"b2\"")).And.NotContain(line => line.Contains("\"b1\""));
    }

    [Fact]
    public async Task KernelThatCannotBeRead_IsSaid_AndTheRestIsThere()
    {
        await PutWebAsync();
        (await LinesAsync("/metrics")).Should().Contain("gorb_kernel_up 1");
        Kernel.IsLoaded = false;

        (await LinesAsync("/metrics")).Should().Contain("gorb_kernel_up 0").And.Contain($"gorb_service_backend_status{Labels} 0");
        (await LinesAsync("/metrics?backends=true")).Should().Contain("gorb_kernel_up 0");
    }

    private async Task<string[]> LinesAsync(string path) =>
        (await Daemon.Http.GetStringAsync(new Uri(path, UriKind.Relative), TestContext.Current.CancellationToken)).Split('\n');
}
