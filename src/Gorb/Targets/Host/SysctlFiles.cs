namespace Gorb.Targets.Host;

/// <summary>The kernel's settings as files. Tests use a folder of their own.</summary>
/// <param name="root">The folder: /proc/sys, which shows each process the settings of its own network namespace.</param>
internal sealed class SysctlFiles(string root)
{
    /// <param name="name">The setting, with dots: net.ipv4.ip_forward.</param>
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
    public string? Write(string name, string value)
    {
        try
        {
            using var file = new FileStream(PathOf(name), FileMode.Open, FileAccess.Write);
            file.Write(System.Text.Encoding.ASCII.GetBytes(value));
            return null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return error.Message;
        }
    }

    private string PathOf(string name) => Path.Combine(root, name.Replace('.', Path.DirectorySeparatorChar));
}
