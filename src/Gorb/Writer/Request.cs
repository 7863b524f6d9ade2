using Gorb.Model;

namespace Gorb.Writer;

/// <summary>A posted change whose caller waits for the result.</summary>
/// <param name="origin">The author of the change.</param>
/// <param name="edit">Changes the transaction's table, or throws <see cref="RequestException"/>.</param>
internal sealed class Request(ChangeOrigin origin, Action<Transaction> edit)
{
    private readonly TaskCompletionSource _done = new();

    private Exception? _refusal;

    /// <summary>Completes when the kernel holds the change. Fails with the reason for a refusal; the kernel then holds no part of the change.</summary>
    public Task Done => _done.Task;

    public ChangeOrigin Origin => origin;

    public bool IsRefused => _refusal is not null;

    /// <summary>Applies the change to a view of the table. May run more than once, each time on a fresh view.</summary>
    public void Edit(Transaction transaction) => edit(transaction);

    /// <summary>Marks the request as refused. The caller learns the reason from <see cref="Complete"/>, after the effects of the request are undone.</summary>
    public void Refuse(Exception reason) => _refusal ??= reason;

    /// <summary>Completes <see cref="Done"/>. Continuations run synchronously.</summary>
    public void Complete()
    {
        if (_refusal is null)
        {
            _done.TrySetResult();
        }
        else
        {
            _done.TrySetException(_refusal);
        }
    }
}
