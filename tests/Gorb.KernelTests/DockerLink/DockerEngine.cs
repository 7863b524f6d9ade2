using Gorb.KernelTests.Lab;

namespace Gorb.KernelTests.DockerLink;

/// <summary>A real Docker engine on the director.</summary>
public sealed class DockerEngine : IDisposable
{
    private const string Image = "gorb-web:1";

    public DockerEngine() => Script("up");

    public void Dispose()
    {
        RemoveAll();
        Script("down");
    }

    /// <summary>Ends the engine, and with it its containers, and starts it again.</summary>
    internal static void Restart()
    {
        Script("down");
        Script("engine");
    }

    /// <summary>Starts a container that serves its name.</summary>
    internal static void Start(string name, params string[] options) => Docker(["run", "-d", "--name", name, "--hostname", name, .. options, Image]);

    /// <summary>Runs the docker command.</summary>
    internal static string Docker(params string[] arguments) => Shell.Run("docker", arguments).Trim();

    internal static void RemoveAll()
    {
        var containers = Docker("ps", "-aq").Split('\n', StringSplitOptions.RemoveEmptyEntries);
        if (containers.Length > 0)
        {
            Docker(["rm", "-f", .. containers]);
        }
    }

    private static void Script(string verb) => Shell.Run(Repository.Path("tests/lab/docker.sh"), verb);
}
