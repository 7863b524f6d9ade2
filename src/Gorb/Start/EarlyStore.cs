using Gorb.Model;

namespace Gorb.Start;

/// <summary>Opens and reads the store on another thread while the rest of the daemon is built.</summary>
internal sealed class EarlyStore : IStateStore
{
    private readonly Task<IStateStore> _opening;
    private Task<SavedState>? _loading;

    /// <param name="open">Opens the store; throws <see cref="StateException"/> when the store is unusable.</param>
    public EarlyStore(Func<IStateStore> open)
    {
        _opening = Task.Run(open);
        _loading = LoadAsync();
    }

    private IStateStore Store => _opening.GetAwaiter().GetResult();

    public SavedState Load()
    {
        var loading = Interlocked.Exchange(ref _loading, null);
        return loading is null ? Store.Load() : loading.GetAwaiter().GetResult();
    }

    public bool IsIntact => !_opening.IsCompletedSuccessfully || Store.IsIntact;

    public void Commit(StateDelta delta, SavedState whole) => Store.Commit(delta, whole);

    public string? TakeNotice() => Store.TakeNotice();

    public void Dispose()
    {
        var loading = Interlocked.Exchange(ref _loading, null);
        if (loading is not null)
        {
            ((IAsyncResult)loading).AsyncWaitHandle.WaitOne(); // the daemon was never started; its file must not be closed while it is read
        }

        if (_opening.IsCompletedSuccessfully)
        {
            Store.Dispose();
        }
    }

    private async Task<SavedState> LoadAsync() => (await _opening.ConfigureAwait(false)).Load();
}
