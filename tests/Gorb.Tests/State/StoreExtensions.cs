using Gorb.Model;
using Gorb.State;

namespace Gorb.Tests.State;

internal static class StoreExtensions
{
    /// <summary>Commits to a store whose file is not removed, so the saved state that would rebuild it is empty.</summary>
    public static void Commit(this SqliteStore store, StateDelta delta) => store.Commit(delta, SavedState.Empty);
}
