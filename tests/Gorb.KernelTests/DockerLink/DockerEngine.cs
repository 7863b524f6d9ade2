using Gorb.KernelTests.Lab;

namespace Gorb.KernelTests.DockerLink;

/// <summary>A real Docker engine on the director.</summary>
public sealed class DockerEngine : IDisposable
{
    internal const string Image = "gorb-web:1";

    private const string Socket = "/run/docker.sock";

    /// <summary>An emulated host takes seconds for each container.</summary>
    private const int MaxPerCommand = 10;

    /// <summary>With more at a time, an emulated host exceeds the engine's time limits for one container.</summary>
    private const string MaxAtOnce = "5";

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

    /// <summary>
    /// Starts one container for each name, all at once, with the options that cost a lab host least. Each serves its own name. One program sends all requests: the docker
    /// command takes a second to start there.
    /// </summary>
    internal static async Task StartAtOnceAsync(IReadOnlyList<string> names)
    {
        await PostAsync([.. names.Select(name => ($"create?name={name}", $$$"""
            {"Image": "{{{Image}}}", "Hostname": "{{{name}}}", "HostConfig": {"PortBindings": {"80/tcp": [{"HostIp": "0.0.0.0", "HostPort": ""}]}, "SecurityOpt": ["seccomp=unconfined"]}}
            """))]);
        await PostAsync([.. names.Select(name => ($"{name}/start", ""))]);
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

    /// <summary>Sends requests to paths below /containers, a few at a time.</summary>
    private static async Task PostAsync(IReadOnlyList<(string Path, string Body)> requests)
    {
        var each = requests.Select(request => (string[])
            ["--unix-socket", Socket, "-sS", "--fail-with-body", "-H", "Content-Type: application/json", "--data", request.Body, $"http://engine/containers/{request.Path}"]);
        await using var posting = new LoggedProcess("curl", ["--parallel", "--parallel-max", MaxAtOnce, .. each.Aggregate((all, one) => [.. all, "--next", .. one])]);
        (await posting.EndAsync().WaitAsync(StartLimit, TestContext.Current.CancellationToken)).Should().Be(0, posting.Log);
    }

    private static void Script(string verb) => Shell.Run(Repository.Path("tests/lab/docker.sh"), verb);
}
