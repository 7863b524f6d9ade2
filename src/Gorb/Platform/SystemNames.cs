using System.Globalization;

namespace Gorb.Platform;

/// <summary>The users and groups of this host, from /etc/passwd and /etc/group. Directories such as LDAP are not asked, because that can block.</summary>
internal static class SystemNames
{
    private const string Users = "/etc/passwd";
    private const string Groups = "/etc/group";

    private const int NameAt = 0;
    private const int IdAt = 2;
    private const int GroupAt = 3; // of a user: the id of its first group
    private const int MembersAt = 3; // of a group: the names of its members

    /// <summary>The name of a user id; null when it has none.</summary>
    public static string? OfUser(uint id) => Find(Users, fields => Id(fields) == id)?[NameAt];

    /// <summary>The id of a group; null when there is no such group.</summary>
    public static uint? GroupId(string name) => Find(Groups, fields => fields[NameAt] == name) is { } fields ? Id(fields) : null;

    /// <summary>The user in events and in the log: "uid 0 (root)", or "uid 4711" for a user without a name on this host.</summary>
    public static string Actor(uint user) => OfUser(user) is { } name ? $"uid {user} ({name})" : $"uid {user}";

    /// <summary>True when a group is the user's first one, or has the user as a member.</summary>
    public static bool IsMember(uint user, string group) => IsMember(Find(Users, fields => Id(fields) == user), Find(Groups, fields => fields[NameAt] == group));

    /// <param name="user">The line of a user in /etc/passwd, in fields; null for a user without one.</param>
    /// <param name="group">The line of a group in /etc/group, in fields; null when there is no such group.</param>
    internal static bool IsMember(string[]? user, string[]? group) => user is { Length: > GroupAt } && group is { Length: > MembersAt }
        && (user[GroupAt] == group[IdAt] || group[MembersAt].Split(',').Contains(user[NameAt], StringComparer.Ordinal));

    /// <summary>The ids of a user and of its main group; null when there is no such user.</summary>
    public static (uint User, uint Group)? Account(string name) =>
        Lines(Users).FirstOrDefault(fields => fields.Length > GroupAt && fields[NameAt] == name) is { } found && Id(found) is { } user && Number(found[GroupAt]) is { } group
            ? (user, group)
            : null;

    /// <summary>The ids of the groups that name a user as a member.</summary>
    public static uint[] GroupsOf(string name) =>
        [.. Lines(Groups).Where(fields => fields.Length > MembersAt && fields[MembersAt].Split(',').Contains(name)).Select(Id).OfType<uint>()];

    /// <summary>The fields of the first line that matches; null when there is none, or no such file, as in an image without users.</summary>
    private static string[]? Find(string file, Func<string[], bool> matches) => Lines(file).FirstOrDefault(fields => fields.Length > IdAt && matches(fields));

    private static string[][] Lines(string file)
    {
        try
        {
            return [.. File.ReadLines(file).Select(static line => line.Split(':'))];
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    private static uint? Id(string[] fields) => Number(fields[IdAt]);

    private static uint? Number(string text) => uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : null;
}
