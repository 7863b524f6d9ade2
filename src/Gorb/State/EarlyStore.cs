using Gorb.Balancing;

namespace Gorb.State;

/// <summary>A store that is read at once, on a thread of its own, while the rest of the daemon is put together.</summary>
internal sealed class EarlyStore : IStateStore
{
    private readonly IStateStore _store;
    private Task<SavedState>? _loading;

    public EarlyStore(IStateStore store)
    {
        _store = store;
        _loading = Task.Run(store.Load);
    }

    public SavedState Load()
    {
        var loading = Interlocked.Exchange(ref _loading, null);
        return loading is null ? _store.Load() : loading.GetAwaiter().GetResult();
    }

    public void Commit(StateDelta delta) => _store.Commit(delta);

    public void Dispose()
    {
        Interlocked.Exchange(ref _loading, null)?.ContinueWith(static _ => { }, TaskScheduler.Default).Wait(); // a daemon that did not even start: its file must not be closed while it is read
        _store.Dispose();
    }
}
