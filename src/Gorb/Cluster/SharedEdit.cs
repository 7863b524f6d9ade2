using Gorb.Model;
using Gorb.Writer;

namespace Gorb.Cluster;

/// <summary>A change of the cluster's table whose caller waits for the result.</summary>
/// <param name="origin">The author of the change.</param>
/// <param name="edit">Changes the transaction's table, or throws <see cref="RequestException"/>. It may run several times, each time on a fresh table.</param>
internal sealed class SharedEdit(ChangeOrigin origin, Action<Transaction> edit)
{
    private readonly TaskCompletionSource<long> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The author of the change.</summary>
    public ChangeOrigin Origin => origin;

    /// <summary>The revision at which etcd has the change.</summary>
    public Task<long> Done => _done.Task;

    /// <summary>The identity that the change gives to a table that has none; null for any other change.</summary>
    public string? Identity { get; init; }

    /// <summary>The change as it was made, when <see cref="Done"/> is complete.</summary>
    public Transaction? Made { get; private set; }

    /// <summary>Why the table of the last try does not allow the change; null if it does.</summary>
    public Exception? Refusal { get; private set; }

    /// <summary>Applies the change to a table.</summary>
    /// <param name="table">The table, with the changes before this one.</param>
    /// <param name="shared">The cluster's table.</param>
    /// <param name="limits">The limits of the table.</param>
    /// <returns>The change; null if the table does not allow it.</returns>
    public Transaction? Apply(Table table, SharedTable shared, Limits limits)
    {
        var transaction = new Transaction(table, origin);
        try
        {
            if (Identity is not null && shared.Identity is not null)
            {
                throw RequestException.Conflict("the cluster has a table already");
            }

            edit(transaction);
            AuthorityCheck.Check(transaction);
            transaction.ResolveClaims();
            LimitCheck.Check(transaction, limits);
            Refusal = null;
            Made = transaction;
            return transaction;
        }
        catch (Exception refused) // the edit fails; the others go on
        {
            Refusal = refused;
            return null;
        }
    }

    /// <summary>Completes the change at a revision, or with its refusal.</summary>
    public void Complete(long revision)
    {
        if (Refusal is null)
        {
            _done.TrySetResult(revision);
        }
        else
        {
            _done.TrySetException(Refusal);
        }
    }

    public void Fail(Exception reason) => _done.TrySetException(reason);
}
