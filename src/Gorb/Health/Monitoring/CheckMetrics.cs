using Gorb.Documents.Checks;
using Gorb.Health.Probes;
using Gorb.Model.Checks;
using Prometheus;

namespace Gorb.Health.Monitoring;

/// <summary>Metrics of checks by type: results, durations, and how late they started.</summary>
internal sealed class CheckMetrics
{
    private const string Passed = "passed";
    private const string Failed = "failed";
    private const string Up = "up";
    private const string Down = "down";

    private static readonly string[] ByType = ["type"];
    private static readonly string[] ByResult = ["type", "result"];

    private readonly Counter _results;
    private readonly Counter _transitions;
    private readonly Histogram _durations;
    private readonly Histogram _lateness;

    public CheckMetrics()
    {
        var metrics = Prometheus.Metrics.WithCustomRegistry(Registry);
        _results = metrics.CreateCounter("gorb_check_results_total", "Results of health checks.", ByResult);
        _transitions = metrics.CreateCounter("gorb_backend_transitions_total", "How often backends went up or down.", ["verdict"]);
        var buckets = Histogram.PowersOfTenDividedBuckets(-4, 1, 4);
        _durations = metrics.CreateHistogram("gorb_check_duration_seconds", "How long health checks took.", ByType, new HistogramConfiguration { Buckets = buckets });
        _lateness = metrics.CreateHistogram("gorb_check_lateness_seconds", "How late health checks started.", ByType, new HistogramConfiguration { Buckets = buckets });
        BeginWithZero();
    }

    /// <summary>Creates every counter with the value 0: rate() and increase() do not see an event that creates its counter with 1.</summary>
    private void BeginWithZero()
    {
        foreach (var type in ArgsReader.Types.Where(static type => type != "none"))
        {
            _results.WithLabels(type, Passed);
            _results.WithLabels(type, Failed);
        }

        _transitions.WithLabels(Up);
        _transitions.WithLabels(Down);
    }

    /// <summary>The registry of these metrics only.</summary>
    public CollectorRegistry Registry { get; } = Prometheus.Metrics.NewCustomRegistry();

    public void RecordStart(ProbeTarget target, TimeSpan late) => _lateness.WithLabels(target.Args.Type).Observe(late.TotalSeconds);

    public void RecordResult(ProbeTarget target, ProbeResult result)
    {
        _results.WithLabels(target.Args.Type, result.Passed ? Passed : Failed).Inc();
        _durations.WithLabels(target.Args.Type).Observe(result.Latency.TotalSeconds);
    }

    public void RecordTransition(bool isUp) => _transitions.WithLabels(isUp ? Up : Down).Inc();
}
