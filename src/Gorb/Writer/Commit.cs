using Gorb.Model;
using Gorb.Targets;

namespace Gorb.Writer;

/// <summary>
/// Saves a batch of requests and brings it to the targets: one transaction and one batch for each target when all goes well. A request that a target refuses is undone
/// everywhere and fails alone; the others are kept. Answers that were not expected (something else changed a target, or a reply was lost) lead to an observation of the
/// targets and a new difference.
/// </summary>
internal sealed class Commit
{
    /// <summary>How often a target that others keep changing meanwhile is read again.</summary>
    private const int MaxLooks = 3;

    private readonly Table _before;
    private readonly IReadOnlyList<Request> _requests;
    private readonly TargetBatches _targets;
    private readonly Journal _journal;
    private readonly HashSet<string> _touched = [];
    private readonly List<(Request Request, Transaction Transaction)> _accepted = [];

    public Commit(Table before, IReadOnlyList<Request> requests, TargetBatches targets, Journal journal)
    {
        _before = before;
        _requests = requests;
        _targets = targets;
        _journal = journal;
        After = before;
    }

    /// <summary>The wanted table after the batch.</summary>
    public Table After { get; private set; }

    /// <summary>True when something that was at a target is not there any more: others write there too, perhaps elsewhere as well.</summary>
    public bool SawDrift { get; private set; }

    /// <summary>Why the store is behind, or null.</summary>
    public StateException? StoreFailure { get; private set; }

    /// <summary>Names of the services that any request of the batch wrote, whether or not it was accepted.</summary>
    public IReadOnlyCollection<string> Touched => _touched;

    private IEnumerable<string> AcceptedNames => _accepted.SelectMany(static entry => entry.Transaction.Touched);

    /// <summary>Who made the changes that were accepted.</summary>
    public ChangeOrigins FindOrigins()
    {
        var changes = _accepted.FindAll(static entry => entry.Transaction.Touched.Count > 0);
        if (changes.Count == 0)
        {
            return ChangeOrigins.None;
        }

        var first = changes[0].Request.Origin;
        if (changes.TrueForAll(entry => entry.Request.Origin == first))
        {
            return new ChangeOrigins(first);
        }

        var origins = new ChangeOrigins();
        changes.ForEach(entry => origins.Add(entry.Request.Origin, entry.Transaction.Before, entry.Transaction.After, entry.Transaction.Touched));
        return origins;
    }

    /// <summary>Brings the batch into the store and to the targets. Requests that are refused are marked so, and nothing is left of them.</summary>
    /// <exception cref="StateException">It could not be saved; nothing was changed.</exception>
    /// <exception cref="TargetException">A target cannot be reached, or its answers were lost twice; what is at the targets is not known.</exception>
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

    /// <summary>Applies the requests that have not failed to the table of before, in order.</summary>
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
                transaction.ResolveClaims();
            }
            catch (Exception refused) // whoever asked is told; the writer goes on with the others
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
            return Reconcile(); // the answers are lost, the work may be done: see what is there and finish it
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

    /// <summary>Takes refused requests back out of the store. What was accepted is there already, so a store that fails now stops nothing:
    /// the journal owes it what is missing.</summary>
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

    /// <summary>Applies the planned changes until some fail for which a request is to blame: what targets of a higher rank would do for it would only be undone.</summary>
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
    /// Who asked for a change: the requests that changed that very object, else those that wrote its service. It may be nobody, when the table of before cannot be
    /// had any more, for others removed something that the target will not take again; that is for the next comparison, and no fault of this batch.
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

    /// <summary>A change that failed, and who asked for it.</summary>
    private readonly record struct Rejection(ChangeFailure Failure, Request Owner)
    {
        /// <summary>True when the target will not have it; false when it merely found the target other than expected.</summary>
        public bool IsRefusal => Failure.Kind == FailureKind.Refused;
    }
}
