using System.Diagnostics;
using System.Globalization;

namespace Gorb.Tests.Etcd;

/// <summary>One real member of etcd, with its data in memory.</summary>
internal sealed class EtcdProcess : IDisposable
{
    private readonly Process _process;
    private readonly string _folder;

    /// <param name="name">Its name.</param>
    /// <param name="folder">The folder of its data.</param>
    /// <param name="options">Its other options.</param>
    public EtcdProcess(string name, string folder, params string[] options)
    {
        _folder = folder;
        string[] arguments = [
            "--name", name, "--data-dir", folder, "--logger", "zap", "--log-level", "fatal", "--log-outputs", "/dev/null",
            "--heartbeat-interval", "100", "--election-timeout", "2000", .. options];
        _process = Process.Start(new ProcessStartInfo(EtcdBinary.Path, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        _process.BeginOutputReadLine(); // and nobody reads it
        _process.BeginErrorReadLine();
    }

    /// <summary>Makes a folder in memory, where etcd's many flushes cost nothing.</summary>
    public static string MakeFolder()
    {
        var parent = Directory.Exists("/dev/shm") ? "/dev/shm" : Path.GetTempPath();
        return Directory.CreateDirectory(Path.Combine(parent, $"gorb-etcd-{Guid.NewGuid():n}"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute).FullName;
    }

    /// <summary>A loopback address that no other test process uses, so that members have fixed ports.</summary>
    public static string Address(int number) => string.Create(CultureInfo.InvariantCulture, $"127.{64 + ((Environment.ProcessId >> 8) & 127)}.{Environment.ProcessId & 255}.{number}");

    /// <summary>Stops it where it stands: its connections stay open and silent.</summary>
    public void Freeze() => Signal("STOP");

    public void Thaw() => Signal("CONT");

    public void Dispose()
    {
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private void Signal(string name)
    {
        using var kill = Process.Start("kill", ["-" + name, _process.Id.ToString(CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
    }
}
