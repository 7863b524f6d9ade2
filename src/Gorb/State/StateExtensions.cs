using Gorb.Balancing;

namespace Gorb.State;

internal static class StateExtensions
{
    /// <summary>What <c>--state</c> says for "keep nothing".</summary>
    public const string None = "none";

    /// <param name="services">Where to.</param>
    /// <param name="path">The state file, or <see cref="None"/>.</param>
    /// <exception cref="StateException">The file cannot be used; it was left as it is.</exception>
    public static IServiceCollection AddState(this IServiceCollection services, string path)
    {
        IStateStore store = path == None ? new NoStore() : new EarlyStore(SqliteStore.Open(path)); // now, so that a bad file ends the start before anything else begins
        return services.AddSingleton(_ => store);
    }
}
