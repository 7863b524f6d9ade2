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

    // made by the first check or scrape: a start has no use for fifty metrics
    private readonly Lazy<Families> _families = new(static () => new Families());

    /// <summary>The registry of these metrics only.</summary>
    public CollectorRegistry Registry => _families.Value.Registry;

    public void RecordStart(ProbeTarget target, TimeSpan late) => _families.Value.Lateness.WithLabels(target.Args.Type).Observe(late.TotalSeconds);

    public void RecordResult(ProbeTarget target, ProbeResult result)
    {
        _families.Value.Results.WithLabels(target.Args.Type, result.Passed ? Passed : Failed).Inc();
        _families.Value.Durations.WithLabels(target.Args.Type).Observe(result.Latency.TotalSeconds);
    }

    public void RecordTransition(bool isUp) => _families.Value.Transitions.WithLabels(isUp ? Up : Down).Inc();

    private sealed class Families
    {
        private static readonly string[] ByType = ["type"];
        private static readonly string[] ByResult = ["type", "result"];

        public Families()
        {
            var metrics = Prometheus.Metrics.WithCustomRegistry(Registry);
            Results = metrics.CreateCounter("gorb_check_results_total", "Results of health checks.", ByResult);
            Transitions = metrics.CreateCounter("gorb_backend_transitions_total", "How often backends went up or down.", ["verdict"]);
            var buckets = Histogram.PowersOfTenDividedBuckets(-4, 1, 4);
            Durations = metrics.CreateHistogram("gorb_check_duration_seconds", "How long health checks took.", ByType, new HistogramConfiguration { Buckets = buckets });
            Lateness = metrics.CreateHistogram("gorb_check_lateness_seconds", "How late health checks started.", ByType, new HistogramConfiguration { Buckets = buckets });
            BeginWithZero();
        }

        public CollectorRegistry Registry { get; } = Prometheus.Metrics.NewCustomRegistry();

        public Counter Results { get; }

        public Counter Transitions { get; }

        public Histogram Durations { get; }

        public Histogram Lateness { get; }

        /// <summary>Creates every counter with the value 0: rate() and increase() do not see an event that creates its counter with 1.</summary>
        private void BeginWithZero()
        {
            foreach (var type in ArgsReader.Types.Where(static type => type != "none"))
            {
                Results.WithLabels(type, Passed);
                Results.WithLabels(type, Failed);
            }

            Transitions.WithLabels(Up);
            Transitions.WithLabels(Down);
        }
    }
}
