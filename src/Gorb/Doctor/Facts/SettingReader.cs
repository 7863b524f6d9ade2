namespace Gorb.Doctor.Facts;

/// <summary>Kernel settings by the names that sysctl(8) uses: dots between the parts, a slash for a dot inside a part (a VLAN device).</summary>
internal static class SettingReader
{
    /// <param name="root">The folder of the settings: /proc/sys.</param>
    /// <param name="name">The name of the setting.</param>
    /// <returns>The value; null when there is no such setting or it cannot be read.</returns>
    public static string? Read(string root, string name)
    {
        var path = Path.Combine(root, string.Create(name.Length, name, static (to, from) =>
        {
            for (var i = 0; i < from.Length; i++)
            {
                to[i] = from[i] switch { '.' => '/', '/' => '.', var other => other };
            }
        }));
        try
        {
            return File.ReadAllText(path).Trim();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null; // absent, or for root only
        }
    }
}
