using Gorb.Health.Policy;
using Gorb.Health.Probes;
using Gorb.Model.Checks;

namespace Gorb.Health.Monitoring;

/// <summary>One check of one endpoint, shared by all backends with the same check.</summary>
internal sealed class Check(ProbeTarget target, PulseOptions options, CheckState start, DateTimeOffset due)
{
    public ProbeTarget Target => target;

    public PulseOptions Options => options;

    /// <summary>The backends with this check. Without any, the check ends.</summary>
    public List<MonitoredBackend> Backends { get; } = [];

    public CheckState State { get; private set; } = start;

    /// <summary>True after the first result.</summary>
    public bool HasResult => LastAt is not null;

    /// <summary>When the next probe is due; while a probe runs, when it started.</summary>
    public DateTimeOffset Due { get; private set; } = due;

    public bool IsRunning { get; private set; }

    /// <summary>When the last result arrived.</summary>
    public DateTimeOffset? LastAt { get; private set; }

    public ProbeResult Last { get; private set; }

    /// <summary>Why this host could not carry out the last probe; null when it could.</summary>
    public string? Fault { get; private set; }

    public void Begin(DateTimeOffset now)
    {
        IsRunning = true;
        Due = now;
    }

    /// <summary>Applies a result and schedules the next probe.</summary>
    public void Apply(ProbeResult result, DateTimeOffset now)
    {
        IsRunning = false;
        LastAt = now;
        Last = result;
        Fault = null;
        State = State.Next(result.Passed, options.Rise, options.Fall);
        ScheduleNext(now);
    }

    /// <summary>Records that this host could not carry out a probe: nothing is known about the backend.</summary>
    public void Postpone(string fault, DateTimeOffset now)
    {
        IsRunning = false;
        Fault = fault;
        ScheduleNext(now);
    }

    private void ScheduleNext(DateTimeOffset now)
    {
        var next = Due + State.NextInterval(options);
        Due = next > now ? next : now;
    }
}
