using Gorb.Model.Merging;
using Gorb.Model.Policy;

namespace Gorb.Model;

/// <summary>One transaction of the store.</summary>
internal sealed record StateDelta
{
    /// <summary>The services that change.</summary>
    public IReadOnlyList<ServiceChange> Services { get; init; } = [];

    /// <summary>Entries of targets that are no longer wanted and not yet known to be gone.</summary>
    public IReadOnlyCollection<LedgerKey> Left { get; init; } = [];

    /// <summary>Leftovers that are gone, or wanted again.</summary>
    public IReadOnlyCollection<LedgerKey> Gone { get; init; } = [];

    /// <summary>What sources declared beyond the table; null when it is as the store has it.</summary>
    public DeclarationChange? Declarations { get; init; }

    /// <summary>True when there is nothing to write.</summary>
    public bool IsEmpty => IsOfVerdicts && !Services.Any(static change => change.ChangesVerdicts);

    /// <summary>True when it holds nothing but verdicts of checks, which can be written later, or is empty.</summary>
    public bool IsOfVerdicts => Left.Count == 0 && Gone.Count == 0 && Declarations is null && !Services.Any(static change => change.ChangesWishes);
}

/// <summary>What sources declared beyond the table, as the store is known to have it and as it shall be.</summary>
internal sealed record DeclarationChange(Declarations Before, Declarations After);

/// <summary>A service as the store is known to have it and as it shall be.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Before">What need not be written again; with null everything is.</param>
/// <param name="After">What shall be there; null for nothing.</param>
internal readonly record struct ServiceChange(string Name, Service? Before, Service? After)
{
    /// <summary>True when something differs that users asked for.</summary>
    public bool ChangesWishes => Before is { } before && After is { } after
        ? !before.IsSavedAs(after) || Differ(before.Backends, after.Backends)
        : Before is not null || After is not null;

    /// <summary>True when verdicts differ that outlive the daemon.</summary>
    public bool ChangesVerdicts
    {
        get
        {
            if (Before is not { } before || After is not { } after || (before.Spec.Start != StartPolicy.Keep && after.Spec.Start != StartPolicy.Keep))
            {
                return false;
            }

            return Backends.Pair(before.Backends, after.Backends).Any(pair => pair is { First: >= 0, Second: >= 0 }
                && before.KeptVerdict(before.Backends.Values[pair.First]) != after.KeptVerdict(after.Backends.Values[pair.Second]));
        }
    }

    private static bool Differ(Backends before, Backends after)
    {
        if (before.Count != after.Count)
        {
            return true;
        }

        for (var i = 0; i < before.Count; i++)
        {
            var (one, other) = (before.Values[i], after.Values[i]);
            if (one.Name != other.Name || !one.IsSavedAs(other))
            {
                return true;
            }
        }

        return false;
    }
}
