namespace Gorb.KernelTests.Lab;

/// <summary>A test that starts its own daemons with its own state file. It starts and ends with an empty kernel table.</summary>
public abstract class OwnDaemonTest : IDisposable
{
    private readonly DirectoryInfo _directory = System.IO.Directory.CreateTempSubdirectory("gorb-state-");

    private protected OwnDaemonTest() => Kernel.ClearTable();

    /// <summary>A directory for the state file only.</summary>
    private protected string Directory => _directory.FullName;

    private protected string State => Path.Combine(Directory, "gorb.db");

    public void Dispose()
    {
        Kernel.ClearTable();
        _directory.Delete(recursive: true);
        GC.SuppressFinalize(this);
    }

    private protected Task<GorbProcess> StartAsync(params string[] options) => GorbProcess.StartAsync(["-i", "br0", "--state", State, .. options]);
}
