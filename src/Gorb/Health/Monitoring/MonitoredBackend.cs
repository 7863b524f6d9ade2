using Gorb.Health.Policy;
using Gorb.Model;
using Gorb.Model.Policy;
using Gorb.Targets.Ipvs;

namespace Gorb.Health.Monitoring;

/// <summary>A backend and its checks: up when all of them are.</summary>
internal sealed class MonitoredBackend(Service service, Backend backend)
{
    private readonly bool _wasDown = service.KeptVerdict(backend) == Verdict.Down;
    private Service _service = service;

    public string Service => _service.Name;

    public string Name => Backend.Name;

    /// <summary>The backend as the wanted table has it.</summary>
    public Backend Backend { get; private set; } = backend;

    /// <summary>How long its service lets a backend grow that came back.</summary>
    public TimeSpan SlowStart => _service.Spec.SlowStart;

    public List<Check> Checks { get; set; } = [];

    /// <summary>True when it is not in the table any more.</summary>
    public bool IsForgotten { get; set; }

    public Verdict Verdict { get; private set; } = backend.Health.Verdict;

    /// <summary>Where its checks stand before any result: a verdict that was kept over a restart counts as if results had led there.</summary>
    public CheckState Start => _wasDown ? CheckState.Start(StartPolicy.Keep, Verdict.Down) : CheckState.Assume(Verdict);

    /// <summary>When the checks brought it back; null when they never took it out, or when a change found it grown.</summary>
    public DateTimeOffset? UpSince { get; private set; }

    /// <summary>When the verdict last changed.</summary>
    public DateTimeOffset? ChangedAt { get; private set; }

    /// <summary>How often the verdict changed.</summary>
    public int Transitions { get; private set; }

    /// <summary>True when the table says something else than this, or lets it grow although it has grown.</summary>
    public bool IsNews(DateTimeOffset now) =>
        Health(now) is var health && (health.Verdict != Backend.Health.Verdict || (health.UpFor is null && Backend.Health.UpFor is not null));

    /// <summary>True when this is the backend that it was, and not another one that got its name.</summary>
    public bool Is(Backend other) => Backend.Since == other.Since;

    /// <summary>Takes over the table's newer version of the same thing.</summary>
    /// <returns>False when it has other checks.</returns>
    public bool Refresh(Service service, Backend backend, DateTimeOffset now)
    {
        var hasSameChecks = HasSameChecks(_service.Spec, service.Spec) && HasSameChecks(Backend.Spec, backend.Spec);
        UpSince = Health(now).UpFor is null ? null : UpSince; // a slow start that is longer from now on does not make it small again
        (_service, Backend) = (service, backend);
        if (Transitions == 0 && !Checks.Exists(check => check.HasResult))
        {
            Verdict = backend.Health.Verdict; // what it begins with is for the table to say
        }

        return hasSameChecks;
    }

    /// <summary>Finds the verdict anew.</summary>
    /// <returns>True when it changed.</returns>
    public bool Judge(DateTimeOffset now)
    {
        var isUp = Checks.TrueForAll(check => check.HasResult ? check.State.Verdict == Verdict.Up : Verdict == Verdict.Up);
        var verdict = isUp ? Verdict.Up : Verdict.Down;
        if (verdict == Verdict)
        {
            return false;
        }

        var wasDownBefore = _wasDown || Transitions > 0;
        Verdict = verdict;
        ChangedAt = now;
        Transitions++;
        UpSince = verdict == Verdict.Up && wasDownBefore ? now : null; // a backend that is new does not come back
        return true;
    }

    /// <summary>What the writer shall know.</summary>
    public BackendHealth Health(DateTimeOffset now) =>
        new(Verdict, UpSince is { } since && now - since < SlowStart ? now - since : null);

    /// <summary>Until the weight should grow again, or null when it has grown.</summary>
    public TimeSpan? UntilNextStep(DateTimeOffset now) =>
        Model.Policy.SlowStart.UntilNextStep(Weights.Wish(Backend with { Health = Health(now) }), SlowStart);

    private static bool HasSameChecks(ServiceSpec before, ServiceSpec after) =>
        ReferenceEquals(before, after) || (before.Pulse == after.Pulse && before.Key == after.Key);

    private static bool HasSameChecks(BackendSpec before, BackendSpec after) =>
        ReferenceEquals(before, after) || (before.Pulse == after.Pulse && before.Host == after.Host && before.Key == after.Key);
}
