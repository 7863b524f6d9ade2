using Gorb.Health.Policy;
using Gorb.Health.Probes;
using Gorb.Model.Checks;

namespace Gorb.Health.Monitoring;

/// <summary>One check of one endpoint, made once however many backends ask for the same.</summary>
internal sealed class Check(ProbeTarget target, PulseOptions options, CheckState start, DateTimeOffset due)
{
    public ProbeTarget Target => target;

    public PulseOptions Options => options;

    /// <summary>The backends that ask for it; without any it is over.</summary>
    public List<MonitoredBackend> Watchers { get; } = [];

    public CheckState State { get; private set; } = start;

    /// <summary>True once there is a result of its own.</summary>
    public bool HasResult => LastAt is not null;

    /// <summary>When it starts next; while it runs, when it started.</summary>
    public DateTimeOffset Due { get; private set; } = due;

    public bool IsRunning { get; private set; }

    /// <summary>When the last result came.</summary>
    public DateTimeOffset? LastAt { get; private set; }

    public ProbeResult Last { get; private set; }

    /// <summary>Why this machine could not carry out the last probe; null when it could.</summary>
    public string? Fault { get; private set; }

    public void Begin(DateTimeOffset now)
    {
        IsRunning = true;
        Due = now;
    }

    /// <summary>Takes a result and finds when to look again.</summary>
    public void Take(ProbeResult result, DateTimeOffset now)
    {
        IsRunning = false;
        LastAt = now;
        Last = result;
        Fault = null;
        State = State.Next(result.Passed, options.Rise, options.Fall);
        ScheduleNext(now);
    }

    /// <summary>Notes that this machine could not carry out a probe: nothing has been learned about the backend.</summary>
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
