using Gorb.Model;

namespace Gorb.State;

/// <summary>Keeps nothing (<c>--state none</c>): the table is gone with the daemon, what is in the kernel stays.</summary>
internal sealed class NoStore : IStateStore
{
    public SavedState Load() => SavedState.Empty;

    public bool IsIntact => true;

    public void Commit(StateDelta delta, SavedState whole)
    {
    }

    public string? TakeNotice() => null;

    public void Dispose()
    {
    }
}
