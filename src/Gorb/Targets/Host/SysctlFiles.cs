namespace Gorb.Targets.Host;

/// <summary>The kernel's settings as files. Tests use a folder of their own.</summary>
/// <param name="root">The folder: /proc/sys, which shows each process the settings of its own network namespace.</param>
/// <param name="open">Opens a file for writing; tests make it fail, because root can write to every file.</param>
internal sealed class SysctlFiles(string root, Func<string, FileStream>? open = null)
{
    private const int ReadOnlyFileSystem = 30; // EROFS

    /// <param name="name">The setting, as sysctl(8) writes it: net.ipv4.ip_forward, with a slash for a dot in a device's name.</param>
    /// <returns>The value of the setting; null when it does not exist or cannot be read.</returns>
    public string? Read(string name)
    {
        try
        {
            return File.ReadAllText(PathOf(name)).Trim();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <returns>Null on success, else the reason why the setting cannot be written.</returns>
    public string? Write(string name, string value) => Open(name, file => file.Write(System.Text.Encoding.ASCII.GetBytes(value)));

    /// <summary>Finds out whether a setting can be written. Changes nothing.</summary>
    /// <returns>Null when it can, else the reason.</returns>
    public string? FindObstacle(string name) => Open(name, static _ => { });

    private string? Open(string name, Action<FileStream> use)
    {
        try
        {
            using var file = (open ?? OpenFile)(PathOf(name));
            use(file);
            return null;
        }
        catch (IOException error) when (error.HResult == ReadOnlyFileSystem)
        {
            return $"{root} is read-only, as in a container";
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return error.Message;
        }
    }

    private static FileStream OpenFile(string path) => new(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);

    /// <summary>As sysctl(8) does, takes a dot for a separator and a slash for a dot: net.ipv4.conf.eth0/5.rp_filter is a setting of device eth0.5.</summary>
    private string PathOf(string name) => Path.Combine(root, string.Create(name.Length, name, static (path, name) =>
    {
        for (var i = 0; i < path.Length; i++)
        {
            path[i] = name[i] switch { '.' => '/', '/' => '.', var other => other };
        }
    }));
}
