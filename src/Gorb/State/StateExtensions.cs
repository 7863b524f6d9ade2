using Gorb.Balancing;

namespace Gorb.State;

internal static class StateExtensions
{
    /// <summary>What <c>--state</c> says for "keep nothing".</summary>
    public const string None = "none";

    /// <param name="services">Where to.</param>
    /// <param name="path">The state file, or <see cref="None"/>.</param>
    /// <returns>Ends when the file was read, or with the <see cref="StateException"/> why it cannot be used; then it was left as it is.</returns>
    public static Task AddState(this IServiceCollection services, string path)
    {
        var store = new EarlyStore(() => path == None ? new NoStore() : SqliteStore.Open(path));
        services.AddSingleton<IStateStore>(_ => store);
        return store.Read;
    }
}
