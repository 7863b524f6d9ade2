using Gorb.Model;
using Gorb.Start;

namespace Gorb.State;

internal static class StateExtensions
{
    /// <summary>The value of <c>--state</c> that disables the store.</summary>
    public const string None = "none";

    /// <summary>Starts to open and read a store.</summary>
    /// <param name="path">The state file, or <see cref="None"/>.</param>
    public static EarlyStore Begin(string path) => new(() => path == None ? new NoStore() : SqliteStore.Open(path));

    /// <summary>Returns the length of a state file and its log in bytes; 0 when neither exists.</summary>
    public static long Length(string path) => new[] { path, path + "-wal" }.Where(File.Exists).Sum(static file => new FileInfo(file).Length);

    public static void AddState(this IServiceCollection services, EarlyStore store) => services.AddSingleton<IStateStore>(_ => store);
}
