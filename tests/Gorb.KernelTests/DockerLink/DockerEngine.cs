using Gorb.KernelTests.Lab;

namespace Gorb.KernelTests.DockerLink;

/// <summary>A real Docker engine on the director.</summary>
public sealed class DockerEngine : IDisposable
{
    internal const string Image = "gorb-web:1";

    /// <summary>An emulated host takes seconds for each container.</summary>
    private const int MaxPerCommand = 10;

    private static readonly TimeSpan StartLimit = TimeSpan.FromMinutes(8);

    public DockerEngine() => Script("up");

    public void Dispose()
    {
        RemoveAll();
        Script("down");
    }

    /// <summary>Stops the engine and its containers, and starts it again.</summary>
    internal static void Restart()
    {
        Script("down");
        Script("engine");
    }

    /// <summary>Starts a container that serves its own name.</summary>
    internal static void Start(string name, params string[] options) => StartImage(Image, name, options);

    /// <summary>Starts a container from another name of the same image.</summary>
    internal static void StartImage(string image, string name, params string[] options) => Docker(["run", "-d", "--name", name, "--hostname", name, .. options, image]);

    /// <summary>Starts one container for each name, all at once, with the options that cost an emulated host least. Each serves its own name.</summary>
    internal static async Task StartAtOnceAsync(IReadOnlyList<string> names)
    {
        foreach (var name in names)
        {
            Docker("create", "--name", name, "--hostname", name, "-p", "0.0.0.0::80", "--security-opt", "seccomp=unconfined", Image);
        }

        await Task.WhenAll(names.Chunk(MaxPerCommand).Select(async some =>
        {
            await using var starting = new LoggedProcess("docker", ["start", .. some]);
            (await starting.EndAsync().WaitAsync(StartLimit, TestContext.Current.CancellationToken)).Should().Be(0, starting.Log);
        }));
    }

    /// <summary>Runs the docker command.</summary>
    internal static string Docker(params string[] arguments) => Shell.Run("docker", arguments).Trim();

    internal static void RemoveAll()
    {
        foreach (var some in Docker("ps", "-aq").Split('\n', StringSplitOptions.RemoveEmptyEntries).Chunk(MaxPerCommand))
        {
            Docker(["rm", "-f", .. some]);
        }
    }

    private static void Script(string verb) => Shell.Run(Repository.Path("tests/lab/docker.sh"), verb);
}
