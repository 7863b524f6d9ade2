using System.Collections.Immutable;
using Gorb.Model.Merging;
using Gorb.Model.Policy;

namespace Gorb.Model;

/// <summary>One transaction of the store.</summary>
internal sealed record StateDelta
{
    /// <summary>Computed once: the journal and the store both ask, and it compares all backends of the changed services.</summary>
    private bool? _isOfVerdicts;

    /// <summary>The changed services.</summary>
    public IReadOnlyList<ServiceChange> Services { get; init; } = [];

    /// <summary>New leftovers: target entries that are no longer wanted and not yet known to be removed.</summary>
    public IReadOnlyCollection<LedgerKey> Left { get; init; } = [];

    /// <summary>Leftovers that are removed from the target, or wanted again.</summary>
    public IReadOnlyCollection<LedgerKey> Gone { get; init; } = [];

    /// <summary>The change of the declarations; null if the store has them already.</summary>
    public DeclarationChange? Declarations { get; init; }

    /// <summary>The change of the tokens; null if the store has them already.</summary>
    public TokenChange? Tokens { get; init; }

    /// <summary>True if there is nothing to write.</summary>
    public bool IsEmpty => IsOfVerdicts && !Services.Any(static change => change.ChangesVerdicts);

    /// <summary>True if the delta is empty or holds only verdicts, which can be written later.</summary>
    public bool IsOfVerdicts => _isOfVerdicts ??= Left.Count == 0 && Gone.Count == 0 && Declarations is null && Tokens is null && !Services.Any(static change => change.ChangesWishes);
}

/// <summary>The declarations as the store has them and as they will be.</summary>
internal sealed record DeclarationChange(Declarations Before, Declarations After);

/// <summary>The tokens as the store has them and as they will be.</summary>
internal sealed record TokenChange(ImmutableSortedDictionary<string, Token> Before, ImmutableSortedDictionary<string, Token> After);

/// <summary>A service as the store has it and as it will be.</summary>
/// <param name="Name">The name of the service.</param>
/// <param name="Before">The stored service, whose unchanged parts are not written; null writes everything.</param>
/// <param name="After">The service to store; null deletes it.</param>
internal readonly record struct ServiceChange(string Name, Service? Before, Service? After)
{
    /// <summary>True if the requested settings differ.</summary>
    public bool ChangesWishes => Before is { } before && After is { } after
        ? !before.IsSavedAs(after) || Differ(before.Backends, after.Backends)
        : Before is not null || After is not null;

    /// <summary>True if saved verdicts differ.</summary>
    public bool ChangesVerdicts
    {
        get
        {
            if (Before is not { } before || After is not { } after || (before.Spec.Start != StartPolicy.Keep && after.Spec.Start != StartPolicy.Keep))
            {
                return false;
            }

            foreach (var (old, now) in Backends.Pair(before.Backends, after.Backends))
            {
                if (old >= 0 && now >= 0 && before.KeptVerdict(before.Backends.Values[old]) != after.KeptVerdict(after.Backends.Values[now]))
                {
                    return true;
                }
            }

            return false;
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
