using Gorb.Balancing;
using Gorb.Pulse.Policy;

namespace Gorb.Pulse.Monitoring;

/// <summary>A backend and its checks: up when all of them are.</summary>
internal sealed class Watched(Service service, Backend backend)
{
    public string Service { get; } = service.Name;

    public string Name => Backend.Name;

    /// <summary>The backend as the wanted table has it.</summary>
    public Backend Backend { get; private set; } = backend;

    /// <summary>How long its service lets a backend grow that came back.</summary>
    public TimeSpan SlowStart { get; private set; } = service.Spec.SlowStart;

    public List<Check> Checks { get; } = [];

    public Verdict Verdict { get; private set; } = backend.Health.Verdict;

    /// <summary>When the checks brought it back; null when they never took it out.</summary>
    public DateTimeOffset? UpSince { get; private set; }

    /// <summary>When the verdict last changed.</summary>
    public DateTimeOffset? ChangedAt { get; private set; }

    /// <summary>How often the verdict changed.</summary>
    public int Transitions { get; private set; }

    /// <summary>True when the table knows nothing that this does not: the same endpoint, the same checks.</summary>
    public bool Matches(Service service, Backend other, Service before) =>
        ReferenceEquals(Backend.Spec, other.Spec) && service.Spec.Pulse == before.Spec.Pulse && service.Spec.Key == before.Spec.Key;

    /// <summary>Takes over the table's newer version of the same thing.</summary>
    public void Refresh(Service service, Backend backend)
    {
        Backend = backend;
        SlowStart = service.Spec.SlowStart;
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

        var wasDownBefore = Transitions > 0;
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
        Policy.SlowStart.UntilNextStep(Weights.Wish(Backend with { Health = Health(now) }), SlowStart);
}
