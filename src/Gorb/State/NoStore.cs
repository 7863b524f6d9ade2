using Gorb.Model;

namespace Gorb.State;

/// <summary>A store that saves nothing (<c>--state none</c>). The wanted table is lost when the daemon ends; the kernel's entries stay.</summary>
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
