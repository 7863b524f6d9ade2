using Gorb.Targets.Host;

namespace Gorb.Tests.Targets.Host;

/// <summary>The kernel's settings as files in a folder of the test's own.</summary>
internal sealed class SettingsFolder : IDisposable
{
    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("gorb-sysctl");

    public string Root => _root.FullName;

    public string this[string setting]
    {
        get => File.ReadAllText(PathOf(setting)).Trim();
        set
        {
            Directory.CreateDirectory(Path.GetDirectoryName(PathOf(setting))!);
            File.WriteAllText(PathOf(setting), value + "\n");
        }
    }

    /// <summary>A setting that cannot be written, as in a container; null for none.</summary>
    public string? Blocked { get; set; }

    public SysctlFiles Files => new(Root, Open);

    public void Dispose() => _root.Delete(recursive: true);

    private Setting Open(string path) => Blocked is { } blocked && path == PathOf(blocked)
        ? throw new IOException("Read-only file system", 30) // EROFS
        : new Setting(path);

    private string PathOf(string setting) => Path.Combine(Root, setting.Replace('.', '/'));

    /// <summary>Takes a value as a whole, as the kernel does. One that is only opened stays as it is.</summary>
    private sealed class Setting(string path) : FileStream(path, FileMode.Open, FileAccess.Write)
    {
        public override void Write(ReadOnlySpan<byte> buffer)
        {
            SetLength(0);
            base.Write(buffer);
        }
    }
}
