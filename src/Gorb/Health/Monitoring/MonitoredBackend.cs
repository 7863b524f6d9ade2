using Gorb.Health.Policy;
using Gorb.Model;
using Gorb.Model.Policy;
using Gorb.Targets.Ipvs;

namespace Gorb.Health.Monitoring;

/// <summary>A backend with its checks: up when all of its checks are.</summary>
internal sealed class MonitoredBackend(Service service, Backend backend)
{
    private readonly bool _wasDown = service.KeptVerdict(backend) == Verdict.Down;
    private Service _service = service;

    public string Service => _service.Name;

    public string Name => Backend.Name;

    /// <summary>The backend in the wanted table.</summary>
    public Backend Backend { get; private set; } = backend;

    /// <summary>How long the weight of a returning backend grows.</summary>
    public TimeSpan SlowStart => _service.Spec.SlowStart;

    public Check[] Checks { get; set; } = [];

    /// <summary>True once it has left the table.</summary>
    public bool IsRemoved { get; set; }

    public Verdict Verdict { get; private set; } = backend.Health.Verdict;

    /// <summary>The state of its checks before any result. A verdict kept over a restart counts as if results had led to it.</summary>
    public CheckState Start => _wasDown ? CheckState.Start(StartPolicy.Keep, Verdict.Down) : CheckState.Assume(Verdict);

    /// <summary>When the checks brought it back up; null if they never took it down, or if its weight had already grown when its settings changed.</summary>
    public DateTimeOffset? UpSince { get; private set; }

    /// <summary>When the verdict last changed.</summary>
    public DateTimeOffset? ChangedAt { get; private set; }

    /// <summary>How many times the verdict changed.</summary>
    public int Transitions { get; private set; }

    /// <summary>True when the table has another verdict, or still has a growing weight that has finished growing.</summary>
    public bool NeedsPost(DateTimeOffset now) =>
        Health(now) is var health && (health.Verdict != Backend.Health.Verdict || (health.UpFor is null && Backend.Health.UpFor is not null));

    /// <summary>True for the same backend, false for a later one with the same name.</summary>
    public bool IsSameAs(Backend other) => Backend.Since == other.Since;

    /// <summary>Applies a newer version of this backend from the table.</summary>
    /// <returns>False when its checks have changed.</returns>
    public bool Refresh(Service service, Backend backend, DateTimeOffset now)
    {
        var hasSameChecks = HaveSameChecks(_service.Spec, service.Spec) && HaveSameChecks(Backend.Spec, backend.Spec);
        UpSince = Health(now).UpFor is null ? null : UpSince; // a longer slow start does not shrink a weight that has grown already
        (_service, Backend) = (service, backend);
        if (Transitions == 0 && !Array.Exists(Checks, static check => check.HasResult))
        {
            Verdict = backend.Health.Verdict; // the table decides the initial verdict
        }

        return hasSameChecks;
    }

    /// <summary>Combines the verdicts of the checks.</summary>
    /// <returns>True when the verdict changed.</returns>
    public bool UpdateVerdict(DateTimeOffset now)
    {
        var verdict = FindVerdict();
        if (verdict == Verdict)
        {
            return false;
        }

        var wasDownBefore = _wasDown || Transitions > 0;
        Verdict = verdict;
        ChangedAt = now;
        Transitions++;
        UpSince = verdict == Verdict.Up && wasDownBefore ? now : null; // a new backend is not a returning one
        return true;
    }

    /// <summary>The health to send to the writer.</summary>
    public BackendHealth Health(DateTimeOffset now) =>
        new(Verdict, UpSince is { } since && now - since < SlowStart ? now - since : null);

    /// <summary>The time until the weight should grow again; null when it is at its full value.</summary>
    public TimeSpan? UntilNextStep(DateTimeOffset now) =>
        Model.Policy.SlowStart.UntilNextStep(Weights.Input(Backend with { Health = Health(now) }), SlowStart);

    private Verdict FindVerdict()
    {
        foreach (var check in Checks) // no closure, because a start asks ten thousand backends
        {
            if ((check.HasResult ? check.State.Verdict : Verdict) != Verdict.Up)
            {
                return Verdict.Down;
            }
        }

        return Verdict.Up;
    }

    private static bool HaveSameChecks(ServiceSpec before, ServiceSpec after) =>
        ReferenceEquals(before, after) || (before.Pulse == after.Pulse && before.Key == after.Key && before.Host == after.Host);

    private static bool HaveSameChecks(BackendSpec before, BackendSpec after) =>
        ReferenceEquals(before, after) || (before.Pulse == after.Pulse && before.Host == after.Host && before.Key == after.Key
            && before.Method == after.Method && before.Tunnel == after.Tunnel); // a check by path takes the way of clients
}
