namespace Gorb.Balancing;

/// <summary>One change that somebody waits for.</summary>
internal sealed class Request(Action<Transaction> edit)
{
    private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Ends when the change is in the kernel, or with the reason why it is not.</summary>
    public Task Done => _done.Task;

    public bool IsSettled => _done.Task.IsCompleted;

    /// <summary>Applies the change to a view of the table. May run more than once, each time on a fresh view.</summary>
    public void Edit(Transaction transaction) => edit(transaction);

    public void Complete() => _done.TrySetResult();

    public void Fail(Exception reason) => _done.TrySetException(reason);
}
