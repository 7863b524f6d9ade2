using System.Globalization;

namespace Gorb.Platform;

/// <summary>The users and groups of this host, from /etc/passwd and /etc/group. Directories such as LDAP are not asked, because that can block.</summary>
internal static class SystemNames
{
    private const int NameAt = 0;
    private const int IdAt = 2;

    /// <summary>The name of a user id; null when it has none.</summary>
    public static string? OfUser(uint id) => Find("/etc/passwd", fields => Id(fields) == id)?[NameAt];

    /// <summary>The id of a group; null when there is no such group.</summary>
    public static uint? GroupId(string name) => Find("/etc/group", fields => fields[NameAt] == name) is { } fields ? Id(fields) : null;

    /// <summary>The fields of the first line that matches; null when there is none, or no such file, as in an image without users.</summary>
    private static string[]? Find(string file, Func<string[], bool> matches)
    {
        try
        {
            return File.ReadLines(file).Select(static line => line.Split(':')).FirstOrDefault(fields => fields.Length > IdAt && matches(fields));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static uint? Id(string[] fields) => uint.TryParse(fields[IdAt], NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : null;
}
