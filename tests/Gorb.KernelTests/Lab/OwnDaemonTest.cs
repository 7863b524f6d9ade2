namespace Gorb.KernelTests.Lab;

/// <summary>A test that starts daemons itself, with a state file of its own; begins and ends with an empty kernel table.</summary>
public abstract class OwnDaemonTest : IDisposable
{
    private readonly DirectoryInfo _directory = System.IO.Directory.CreateTempSubdirectory("gorb-state-");

    private protected OwnDaemonTest() => Shell.Run("ipvsadm", "-C");

    /// <summary>The directory that has nothing but the state file.</summary>
    private protected string Directory => _directory.FullName;

    private protected string State => Path.Combine(Directory, "gorb.db");

    public void Dispose()
    {
        Shell.Run("ipvsadm", "-C");
        _directory.Delete(recursive: true);
        GC.SuppressFinalize(this);
    }

    private protected Task<GorbProcess> StartAsync(params string[] options) => GorbProcess.StartAsync(["-i", "br0", "--state", State, .. options]);
}
