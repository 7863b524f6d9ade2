using Gorb.Model;
using Gorb.State;

namespace Gorb.Tests.State;

internal static class StoreExtensions
{
    /// <summary>Commits to a store whose file nobody takes away.</summary>
    public static void Commit(this SqliteStore store, StateDelta delta) => store.Commit(delta, SavedState.Empty);
}
