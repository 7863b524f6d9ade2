using System.ComponentModel;
using Gorb.Ipvs.Files;
using Gorb.Ipvs.Processes;
using Gorb.Model;

namespace Gorb.Platform;

/// <summary>
/// Runs the daemon as another user than root (--user), with only those capabilities that it needs. A container cannot start it so: an engine gives the capabilities of
/// <c>--cap-add</c> to root alone, and no-new-privileges disables those of a file.
/// </summary>
internal static class DaemonUser
{
    /// <summary>Becomes a user by starting the program again in this process. Returns if this process is not root, or is to stay it.</summary>
    /// <param name="name">The name of the user; null to stay.</param>
    /// <param name="stateFile">The state file, which root may have made; null for none. It is given to the user if nothing else is in its folder.</param>
    /// <exception cref="SettingException">There is no such user, or this process may not become it.</exception>
    public static void Become(string? name, string? stateFile)
    {
        if (name is null || CurrentUser.Id != 0)
        {
            return;
        }

        var account = SystemNames.Account(name) ?? throw new SettingException($"--user '{name}': there is no such user: useradd --system --user-group {name}");
        if (account.User == 0)
        {
            return;
        }

        try
        {
            if (stateFile is not null)
            {
                GiveState(stateFile, account);
            }

            UserSwitch.Restart(account.User, account.Group, SystemNames.GroupsOf(name));
        }
        catch (Exception error) when (error is Win32Exception or IOException or UnauthorizedAccessException)
        {
            throw new SettingException(
                $"cannot become the user {name} (--user): {error.Message}; a container needs --cap-add SETUID --cap-add SETGID for it, and --cap-add CHOWN once when root has made the state; "
                + "--user root stays root", error);
        }
    }

    /// <summary>Gives the user a folder that holds the state file and its companions only, or nothing yet. A folder with anything else belongs to others, too.</summary>
    private static void GiveState(string file, (uint User, uint Group) account)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(file));
        if (folder is null || FileStatus.OfLink(folder) is not { Owner: 0, IsFolder: true } || Directory.EnumerateFileSystemEntries(folder).Any(entry => !entry.StartsWith(file, StringComparison.Ordinal)))
        {
            return;
        }

        foreach (var entry in Directory.EnumerateFileSystemEntries(folder).Append(folder)) // the folder last: until then no other user can put a link there
        {
            FileOwner.Set(entry, account.User, account.Group);
        }
    }
}
