using Gorb.Model;

namespace Gorb.Writer;

/// <summary>One change that somebody waits for.</summary>
/// <param name="origin">Who makes it.</param>
/// <param name="edit">Changes the transaction's table, or throws <see cref="RequestException"/>.</param>
internal sealed class Request(ChangeOrigin origin, Action<Transaction> edit)
{
    private readonly TaskCompletionSource _done = new();

    private Exception? _refusal;

    /// <summary>Ends when the change is in the kernel, or with the reason why it is not; then nothing of it is in the kernel either.</summary>
    public Task Done => _done.Task;

    public ChangeOrigin Origin => origin;

    public bool IsRefused => _refusal is not null;

    /// <summary>Applies the change to a view of the table. May run more than once, each time on a fresh view.</summary>
    public void Edit(Transaction transaction) => edit(transaction);

    /// <summary>The change is not to be made. Whoever asked is told by <see cref="Complete"/>, once what was done of it is undone.</summary>
    public void Refuse(Exception reason) => _refusal ??= reason;

    /// <summary>Tells whoever asked; what they do then, they do before this returns.</summary>
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
