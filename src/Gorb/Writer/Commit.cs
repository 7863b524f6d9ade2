using Gorb.Model;
using Gorb.Targets;

namespace Gorb.Writer;

/// <summary>
/// Saves a batch of requests and applies it to the targets, normally as one transaction and one batch for each target. A request that a target refuses is undone
/// everywhere and fails alone; the other requests are kept. After an unexpected answer (another program changed a target, or a reply was lost), the commit reads
/// the targets and sends the remaining difference.
/// </summary>
internal sealed class Commit
{
    /// <summary>The maximum number of times a target is read when other programs keep changing it during the commit.</summary>
    private const int MaxLooks = 3;

    private readonly Table _before;
    private readonly IReadOnlyList<Request> _requests;
    private readonly TargetBatches _targets;
    private readonly Journal _journal;
    private readonly Limits _limits;
    private readonly HashSet<string> _touched = [];
    private readonly List<(Request Request, Transaction Transaction)> _accepted = [];

    public Commit(Table before, IReadOnlyList<Request> requests, TargetBatches targets, Journal journal, Limits limits)
    {
        _before = before;
        _requests = requests;
        _targets = targets;
        _journal = journal;
        _limits = limits;
        After = before;
    }

    /// <summary>The wanted table after the batch.</summary>
    public Table After { get; private set; }

    /// <summary>True when an expected entry is missing at a target. Another program writes there, and may have changed other entries, too.</summary>
    public bool SawDrift { get; private set; }

    /// <summary>The reason why the store is behind; null when it is not.</summary>
    public StateException? StoreFailure { get; private set; }

    /// <summary>Names of the services that any request of the batch wrote, including refused requests.</summary>
    public IReadOnlyCollection<string> Touched => _touched;

    /// <summary>The accepted requests that are recorded in the audit.</summary>
    public IReadOnlyList<AuditedChange> AuditedChanges =>
    [
        .. _accepted.Where(static entry => entry.Request.Origin.IsAudited && !ReferenceEquals(entry.Transaction.Before, entry.Transaction.After))
            .Select(static entry => new AuditedChange(entry.Request.Origin, entry.Transaction.Before, entry.Transaction.After, entry.Transaction.Touched)),
    ];

    private IEnumerable<string> AcceptedNames => _accepted.SelectMany(static entry => entry.Transaction.Touched);

    /// <summary>The authors of the accepted changes.</summary>
    public ChangeOrigins FindOrigins()
    {
        var changes = _accepted.FindAll(static entry => entry.Transaction.Touched.Count > 0);
        if (changes.Count == 0)
        {
            return ChangeOrigins.None;
        }

        var first = FindOrigin(changes[0], changes[0].Transaction.Touched.First());
        if (changes.TrueForAll(entry => entry.Transaction.FindAuthor is null ? entry.Request.Origin == first : entry.Transaction.Touched.All(name => FindOrigin(entry, name) == first)))
        {
            return new ChangeOrigins(first);
        }

        var origins = new ChangeOrigins();
        foreach (var (request, transaction) in changes)
        {
            foreach (var group in transaction.Touched.GroupBy(name => FindOrigin((request, transaction), name)))
            {
                origins.Add(group.Key, transaction.Before, transaction.After, [.. group]);
            }
        }

        return origins;
    }

    private static ChangeOrigin FindOrigin((Request Request, Transaction Transaction) entry, string service) => entry.Transaction.FindAuthor?.Invoke(service) ?? entry.Request.Origin;

    /// <summary>Commits the batch to the store and the targets. Refused requests are marked as refused and have no effect.</summary>
    /// <exception cref="StateException">The batch could not be saved; nothing was changed.</exception>
    /// <exception cref="TargetException">A target cannot be reached, or its answers were lost twice; the state of the targets is unknown.</exception>
    public void Run()
    {
        ApplyEdits();
        var refusals = Send();
        for (var looks = 0; refusals.Count > 0; looks++)
        {
            Reject(refusals, looks >= MaxLooks);
            ApplyEdits();
            refusals = Reconcile();
        }
    }

    /// <summary>Applies the requests that have not failed to the previous table, in order.</summary>
    private void ApplyEdits()
    {
        After = _before;
        _accepted.Clear();
        foreach (var request in _requests)
        {
            if (request.IsRefused)
            {
                continue;
            }

            var transaction = new Transaction(After, request.Origin);
            try
            {
                request.Edit(transaction);
                AuthorityCheck.Check(transaction);
                transaction.ResolveClaims();
                LimitCheck.Check(transaction, _limits);
            }
            catch (Exception refused) // the request fails; the writer continues with the others
            {
                request.Refuse(refused);
                continue;
            }

            After = transaction.After;
            _touched.UnionWith(transaction.Touched);
            _accepted.Add((request, transaction));
        }
    }

    private List<Rejection> Send()
    {
        foreach (var (request, transaction) in _accepted)
        {
            _targets.Plan(request, transaction);
        }

        _targets.Record();
        _journal.Save(After, _touched);
        List<Rejection> failures;
        try
        {
            failures = Apply(static (batch, failure) => [new Rejection(failure, batch.OwnerOf(failure.Change))]);
        }
        catch (AnswersLostException)
        {
            return Reconcile(); // the answers are lost, but the work may be done: read the targets and complete it
        }

        var refusals = failures.FindAll(static failure => failure.IsRefusal);
        SawDrift |= failures.Exists(static failure => failure.Failure.Kind == FailureKind.Missing);
        return refusals.Count > 0 || (failures.Count == 0 && !NeedsDifference()) ? refusals : Reconcile();
    }

    private bool NeedsDifference()
    {
        foreach (var batch in _targets.All)
        {
            if (batch.Changes.NeedsDifference(_before, After, AcceptedNames))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Compares the targets with the wanted table wherever this batch wrote, and sends the difference.</summary>
    private List<Rejection> Reconcile()
    {
        foreach (var batch in _targets.All)
        {
            batch.Changes.PlanDifference(_before, After, AcceptedNames);
        }

        SaveAgain();
        return Apply(FindOwners);
    }

    /// <summary>
    /// Removes refused requests from the store again. The accepted ones are saved already, so a failure of the store here stops nothing: the journal writes the
    /// rest later.
    /// </summary>
    private void SaveAgain()
    {
        _targets.Record();
        try
        {
            _journal.Save(After, _touched);
        }
        catch (StateException error)
        {
            StoreFailure = error;
        }
    }

    /// <summary>
    /// Applies the planned changes until some fail because of a request. Changes at targets of a higher rank would only be undone for such a request.
    /// </summary>
    private List<Rejection> Apply(Func<TargetBatch, ChangeFailure, IEnumerable<Rejection>> findOwners)
    {
        foreach (var (batch, isUp) in _targets.Steps())
        {
            var failures = isUp ? batch.Changes.ApplyUp(After) : batch.Changes.ApplyDown(After);
            if (failures.Count > 0 && failures.SelectMany(failure => findOwners(batch, failure)).ToList() is { Count: > 0 } rejections)
            {
                return rejections;
            }
        }

        return [];
    }

    /// <summary>
    /// Finds the requests that caused a change: those that changed the same object, else those that wrote its service. None if the previous state cannot be
    /// restored because another program removed an entry that the target refuses to take again. The next comparison handles that case; this batch did not cause it.
    /// </summary>
    private IEnumerable<Rejection> FindOwners(TargetBatch batch, ChangeFailure failure)
    {
        var causes = _accepted.ConvertAll(entry =>
            (entry.Request, Cause: batch.Changes.FindCause(failure.Change, entry.Transaction.Before, entry.Transaction.After, entry.Transaction.Touched)));
        var strongest = causes.Count == 0 ? Cause.None : causes.Max(static entry => entry.Cause);
        SawDrift |= strongest == Cause.None;
        return causes.Where(entry => strongest != Cause.None && entry.Cause == strongest).Select(entry => new Rejection(failure, entry.Request));
    }

    private void Reject(IEnumerable<Rejection> rejections, bool givingUp)
    {
        foreach (var rejection in rejections)
        {
            if (rejection.IsRefusal || givingUp)
            {
                var isDeclaration = _accepted.Exists(entry => ReferenceEquals(entry.Request, rejection.Owner) && entry.Transaction.IsDeclaration);
                rejection.Owner.Refuse(isDeclaration ? rejection.Failure.Refusal.At(rejection.Failure.Field) : rejection.Failure.Refusal);
            }
        }
    }

    /// <summary>A failed change and the request that caused it.</summary>
    private readonly record struct Rejection(ChangeFailure Failure, Request Owner)
    {
        /// <summary>True when the target refuses the change; false when the target was merely in an unexpected state.</summary>
        public bool IsRefusal => Failure.Kind == FailureKind.Refused;
    }
}
