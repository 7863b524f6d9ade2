using Gorb.Targets;

namespace Gorb.Writer;

/// <summary>What one commit does at all targets, in the order of their ranks.</summary>
internal sealed class TargetBatches(IReadOnlyList<ITarget> targets)
{
    private readonly TargetBatch[] _all = [.. targets.Select(static target => new TargetBatch(target.BeginBatch()))];

    public IReadOnlyList<TargetBatch> All => _all;

    /// <summary>The batches in the order in which they are applied: what is added from the lowest rank to the highest, what is removed the other way round.</summary>
    public IEnumerable<(TargetBatch Batch, bool IsUp)> Steps()
    {
        for (var i = 0; i < _all.Length; i++)
        {
            yield return (_all[i], true);
        }

        for (var i = _all.Length - 1; i >= 0; i--)
        {
            yield return (_all[i], false);
        }
    }

    /// <summary>Plans what a request changes.</summary>
    public void Plan(Request request, Transaction transaction)
    {
        foreach (var batch in _all)
        {
            batch.Plan(request, transaction);
        }
    }

    /// <summary>Enters in the ledgers what the planned changes remove.</summary>
    public void Record() => Array.ForEach(_all, static batch => batch.Changes.Record());
}

/// <summary>What one commit does at one target, and for whom.</summary>
internal sealed class TargetBatch(ITargetBatch changes)
{
    private readonly List<(int End, Request Owner)> _owners = [];

    public ITargetBatch Changes => changes;

    public void Plan(Request request, Transaction transaction)
    {
        changes.Plan(transaction.Before, transaction.After, transaction.Touched);
        _owners.Add((changes.Count, request));
    }

    /// <summary>The request that a change was planned for.</summary>
    public Request OwnerOf(int change) => _owners.Find(owner => change < owner.End).Owner;
}
