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

    private FileStream Open(string path) => Blocked is { } blocked && path == PathOf(blocked)
        ? throw new IOException("Read-only file system", 30) // EROFS
        : new FileStream(path, FileMode.Truncate, FileAccess.Write); // the kernel takes a value as a whole

    private string PathOf(string setting) => Path.Combine(Root, setting.Replace('.', '/'));
}
