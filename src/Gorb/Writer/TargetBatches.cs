using Gorb.Targets;

namespace Gorb.Writer;

/// <summary>The changes of one commit at all targets, in the order of their ranks.</summary>
internal sealed class TargetBatches(IReadOnlyList<ITarget> targets)
{
    private readonly TargetBatch[] _all = [.. targets.Select(static target => new TargetBatch(target.BeginBatch()))];

    public IReadOnlyList<TargetBatch> All => _all;

    /// <summary>The batches in the order of application: additions from the lowest rank to the highest, then removals from the highest to the lowest.</summary>
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

    /// <summary>Plans the changes of a request.</summary>
    public void Plan(Request request, Transaction transaction)
    {
        foreach (var batch in _all)
        {
            batch.Plan(request, transaction);
        }
    }

    /// <summary>Records the planned changes in the ledgers, which the caller saves next.</summary>
    public void Record() => Array.ForEach(_all, static batch => _ = batch.Changes.Record());
}

/// <summary>The changes of one commit at one target, with the request that owns each change.</summary>
internal sealed class TargetBatch(ITargetBatch changes)
{
    private readonly List<(int End, Request Owner)> _owners = [];

    public ITargetBatch Changes => changes;

    public void Plan(Request request, Transaction transaction)
    {
        changes.Plan(transaction.Before, transaction.After, transaction.Touched);
        _owners.Add((changes.Count, request));
    }

    /// <summary>Returns the request that a change was planned for.</summary>
    public Request OwnerOf(int change) => _owners.Find(owner => change < owner.End).Owner;
}
