using Gorb.KernelTests.Lab;

namespace Gorb.KernelTests.DockerLink;

/// <summary>A real Docker engine on the director.</summary>
public sealed class DockerEngine : IAsyncDisposable
{
    internal const string Image = "gorb-web:1";

    /// <summary>With more at a time, an emulated host exceeds the engine's time limits for one container.</summary>
    private const int MaxAtOnce = 5;

    public DockerEngine() => Script("up");

    public async ValueTask DisposeAsync()
    {
        await RemoveAllAsync();
        Script("down");
    }

    /// <summary>Stops the engine and its containers, and starts it again.</summary>
    internal static void Restart()
    {
        Script("down");
        Script("engine");
    }

    /// <summary>Starts a container that serves its own name.</summary>
    internal static Task StartAsync(string name, params string[] options) => EngineApi.RunAsync(Image, name, options);

    /// <summary>Starts one container for each name, all at once. Each serves its own name.</summary>
    internal static async Task StartAtOnceAsync(IReadOnlyList<string> names)
    {
        await ForEachAsync(names, static name => EngineApi.CreateAsync(Image, name, "-p", "0.0.0.0::80"));
        await ForEachAsync(names, static name => EngineApi.ActAsync(name, "start"));
    }

    /// <summary>Runs the docker command.</summary>
    internal static string Docker(params string[] arguments) => Shell.Run("docker", arguments).Trim();

    internal static async Task RemoveAllAsync()
    {
        foreach (var container in await EngineApi.ListAsync())
        {
            await EngineApi.RemoveAsync(container);
        }
    }

    private static Task ForEachAsync(IReadOnlyList<string> names, Func<string, Task> act) => Parallel.ForEachAsync(
        names, new ParallelOptions { MaxDegreeOfParallelism = MaxAtOnce, CancellationToken = TestContext.Current.CancellationToken }, async (name, _) => await act(name));

    private static void Script(string verb) => Shell.Run(Repository.Path("tests/lab/docker.sh"), verb);
}
