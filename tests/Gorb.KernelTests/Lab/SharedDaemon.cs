namespace Gorb.KernelTests.Lab;

/// <summary>One daemon for all tests that do not need their own: in a lab kernel a start takes seconds.</summary>
/// <remarks>It sets no kernel settings: it would set them back while a test with a daemon of its own changes them.</remarks>
public sealed class SharedDaemon : IAsyncDisposable
{
    /// <summary>The settings that a daemon with other options would set.</summary>
    private static readonly string[] Settings = ["net.ipv4.vs.expire_nodest_conn", "net.ipv4.vs.expire_quiescent_template"];

    private GorbProcess? _gorb;
    private bool _isEmpty;

    /// <summary>The running daemon for a test, with an empty table, as the kernel's is.</summary>
    internal async Task<GorbProcess> TakeAsync()
    {
        if (_gorb is not { HasExited: false })
        {
            await DisposeAsync();
            Shell.Run("modprobe", "ip_vs"); // it has the settings, and the daemon relies on what it finds at its start
            Kernel.ClearTable();
            SetSettings();
            _gorb = await GorbProcess.StartAsync("-i", "br0", "--sysctl", "check");
        }
        else if (!_isEmpty)
        {
            await ResetAsync();
        }

        SetSettings(); // tests with a daemon of their own change them
        _gorb.ClearLog();
        _isEmpty = false;
        return _gorb;
    }

    /// <summary>Empties the daemon's and the kernel's table after a test, which may have ended the daemon.</summary>
    internal async Task ResetAsync()
    {
        if (_gorb is { HasExited: false })
        {
            SetSettings();
            await _gorb.PutAsync("/config", """{"services": {}}""");
            _isEmpty = true;
        }

        Kernel.ClearTable();
    }

    public async ValueTask DisposeAsync()
    {
        if (_gorb is not null)
        {
            await _gorb.DisposeAsync();
        }
    }

    private static void SetSettings()
    {
        foreach (var setting in Settings.Where(static setting => Setting.Read(setting) != "1"))
        {
            Setting.Set(setting, "1");
        }
    }
}
