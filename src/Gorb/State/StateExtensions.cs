using Gorb.Model;
using Gorb.Start;

namespace Gorb.State;

internal static class StateExtensions
{
    /// <summary>What <c>--state</c> says for "keep nothing".</summary>
    public const string None = "none";

    /// <summary>Begins to open and read a store.</summary>
    /// <param name="path">The state file, or <see cref="None"/>.</param>
    public static EarlyStore Begin(string path) => new(() => path == None ? new NoStore() : SqliteStore.Open(path));

    /// <summary>The length of a state file and its log; 0 when there is none.</summary>
    public static long Length(string path) => new[] { path, path + "-wal" }.Where(File.Exists).Sum(static file => new FileInfo(file).Length);

    public static void AddState(this IServiceCollection services, EarlyStore store) => services.AddSingleton<IStateStore>(_ => store);
}
