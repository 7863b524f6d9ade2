using Gorb.Ipvs;
using Gorb.Ipvs.Netlink;
using Gorb.Model;
using Gorb.Targets.Ipvs;

namespace Gorb.Writer;

/// <summary>
/// Saves a batch of requests and brings it into the kernel: one transaction and one pipelined batch when all goes well. A request that the kernel refuses is undone and
/// fails alone; the others are kept. Answers that were not expected (somebody else changed the table, or a reply was lost) lead to a look
/// at the kernel and a new difference.
/// </summary>
internal sealed class Commit
{
    /// <summary>How often a table that others keep changing meanwhile is looked at again.</summary>
    private const int MaxLooks = 3;

    private readonly Table _before;
    private readonly IReadOnlyList<Request> _requests;
    private readonly KernelBatch _kernel;
    private readonly Journal _journal;
    private readonly HashSet<string> _touched = [];
    private readonly List<(Request Request, Transaction Transaction)> _accepted = [];

    public Commit(Table before, IReadOnlyList<Request> requests, KernelBatch kernel, Journal journal)
    {
        _before = before;
        _requests = requests;
        _kernel = kernel;
        _journal = journal;
        After = before;
    }

    /// <summary>The wanted table after the batch.</summary>
    public Table After { get; private set; }

    /// <summary>True when something that was in the kernel is not there any more: others write there too, perhaps elsewhere as well.</summary>
    public bool SawDrift { get; private set; }

    /// <summary>Why the store is behind, or null.</summary>
    public StateException? StoreFailure { get; private set; }

    /// <summary>Names of the services that any request of the batch wrote, whether or not it was accepted.</summary>
    public IReadOnlyCollection<string> Touched => _touched;

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

    /// <summary>Brings the batch into the store and the kernel. Requests that are refused are marked so, and nothing is left of them.</summary>
    /// <exception cref="IpvsUnavailableException">IPVS cannot be reached; nothing was changed.</exception>
    /// <exception cref="StateException">It could not be saved; nothing was changed.</exception>
    /// <exception cref="NetlinkException">The answers were lost twice; what is in the kernel is not known.</exception>
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
        var changes = new List<IpvsChange>();
        var owners = new List<Request>();
        foreach (var (request, transaction) in _accepted)
        {
            Planner.Plan(transaction.Before, transaction.After, transaction.Touched, _kernel.Limits, changes);
            owners.AddRange(Enumerable.Repeat(request, changes.Count - owners.Count));
        }

        _journal.Save(After, _touched, changes);
        IReadOnlyList<ChangeResult> results;
        try
        {
            results = _kernel.Apply(changes, After);
        }
        catch (NetlinkException)
        {
            return Reconcile(); // the answers are lost, the work may be done: see what is there and finish it
        }

        var failures = results.Select((result, i) => new Rejection(result, owners[i])).Where(rejection => !rejection.Result.Succeeded).ToList();
        var rejections = failures.FindAll(failure => failure.IsRefusal);
        SawDrift |= failures.Exists(failure => failure.Result.Error!.IsNotFound);
        return rejections.Count > 0 || (failures.Count == 0 && !BecomesExclusive()) ? rejections : Reconcile();
    }

    /// <summary>Compares the kernel with the wanted table wherever this batch wrote, and sends the difference.</summary>
    private List<Rejection> Reconcile()
    {
        var changes = _kernel.Difference(_before, After, _accepted.SelectMany(entry => entry.Transaction.Touched));
        SaveAgain(changes);
        var results = _kernel.Apply(changes, After);
        return [.. results.Where(result => !result.Succeeded).SelectMany(result => FindOwners(result))];
    }

    /// <summary>Takes refused requests back out of the store. What was accepted is there already, so a store that fails now stops nothing:
    /// the journal owes it what is missing.</summary>
    private void SaveAgain(IReadOnlyList<IpvsChange> changes)
    {
        try
        {
            _journal.Save(After, _touched, changes);
        }
        catch (StateException error)
        {
            StoreFailure = error;
        }
    }

    /// <summary>True when a service begins to be exclusive: what others put there is known to the kernel only.</summary>
    private bool BecomesExclusive() => _accepted.Any(entry => entry.Transaction.Touched.Any(name =>
        After.Find(name)?.Spec.Exclusive == true && _before.Find(name) is { Spec.Exclusive: false }));

    /// <summary>
    /// Who asked for a change: the requests that changed that very backend, else those that wrote the service. It may be nobody, when the table of before cannot be
    /// had any more, for others removed something that the kernel will not take again; that is for the next comparison, and no fault of this batch.
    /// </summary>
    private IEnumerable<Rejection> FindOwners(ChangeResult result)
    {
        var name = After.Names.GetValueOrDefault(result.Change.Service) ?? _before.Names.GetValueOrDefault(result.Change.Service);
        var wrote = _accepted.FindAll(entry => name is not null && entry.Transaction.Touched.Contains(name));
        var changed = wrote.Count <= 1 ? wrote : wrote.FindAll(entry => entry.Transaction.Changes(name!, result.Change.Destination));
        SawDrift |= wrote.Count == 0;
        return (changed.Count > 0 ? changed : wrote).Select(entry => new Rejection(result, entry.Request));
    }

    private void Reject(IEnumerable<Rejection> rejections, bool givingUp)
    {
        foreach (var rejection in rejections)
        {
            if (rejection.IsRefusal || givingUp)
            {
                var error = KernelErrors.Translate(rejection.Result.Error!);
                var isDeclaration = _accepted.Exists(entry => ReferenceEquals(entry.Request, rejection.Owner) && entry.Transaction.IsDeclaration);
                rejection.Owner.Refuse(isDeclaration && error is RequestException refused ? refused.At(NameField(rejection.Result.Change)) : error);
            }
        }
    }

    /// <summary>The field of a document that a change comes from; null when no service of the batch stands there.</summary>
    private string? NameField(IpvsChange change)
    {
        if (After.Names.GetValueOrDefault(change.Service) is not { } name)
        {
            return null;
        }

        var backend = change.Destination is { } place ? After.Services[name].Backends.Values.FirstOrDefault(backend => backend.Spec.Key == place) : null;
        return backend is null ? $"services.{name}" : $"services.{name}.backends.{backend.Name}";
    }

    /// <summary>A change that did not succeed, and who asked for it.</summary>
    private readonly record struct Rejection(ChangeResult Result, Request Owner)
    {
        /// <summary>True when the kernel will not have it; false when it merely found the table other than expected.</summary>
        public bool IsRefusal => Result.Error is { IsConflict: false, IsNotFound: false };
    }
}
