using Gorb.Ipvs.Files;
using Gorb.Ipvs.Processes;
using Gorb.Model;

namespace Gorb.State;

/// <summary>
/// Restricts the state to the daemon's user. The state holds secrets (headers of checks), and a program that can write it can run commands as the daemon's user.
/// The folder is therefore 0700, the files are 0600, and a file that other users could have written is refused.
/// </summary>
internal static class StateProtection
{
    private const UnixFileMode Folder = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode Foreign = (UnixFileMode)0b111_111;
    private const UnixFileMode ForeignWrite = UnixFileMode.GroupWrite | UnixFileMode.OtherWrite;

    /// <summary>The suffixes of the file and its possible side files, which SQLite reads when it opens the database.</summary>
    private static readonly string[] Suffixes = ["", "-wal", "-shm", "-journal"];

    /// <summary>Creates the file and its folder if missing. Checks and tightens the permissions of existing ones.</summary>
    /// <returns>True when the file was created.</returns>
    /// <exception cref="StateException">An existing file or folder is not this user's alone.</exception>
    /// <exception cref="IOException">The file or folder cannot be created.</exception>
    public static bool Prepare(string path)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        if (!Directory.Exists(folder))
        {
            Directory.CreateDirectory(folder, Folder);
        }

        foreach (var suffix in Suffixes)
        {
            if (FileStatus.OfLink(path + suffix) is { } status)
            {
                Check(path + suffix, status);
                Tighten(path + suffix, status, Private);
            }
        }

        if (FileStatus.Of(folder) is { } around && IsOwn(folder, around, Path.GetFileName(path)))
        {
            Tighten(folder, around, Folder);
        }

        return TryMake(path);
    }

    /// <exception cref="StateException">The file does not belong to this user alone.</exception>
    private static void Check(string path, FileStatus status)
    {
        if (status.IsLink)
        {
            throw new StateException($"the state file {path} is a symbolic link, and links are not followed here: name the file it leads to with --state");
        }

        if (!status.IsRegularFile)
        {
            throw new StateException($"the state file {path} cannot be used: it is no regular file; --state names another");
        }

        var user = CurrentUser.Id;
        if (status.Owner != user)
        {
            throw new StateException(
                $"the state file {path} belongs to user {status.Owner}, and this daemon runs as user {user}: what is in it may be another's wish. "
                + $"If it is to be used: chown {user} {path} ; --state names another file");
        }

        if ((status.Permissions & ForeignWrite) != 0)
        {
            throw new StateException(
                $"the state file {path} can be written by others (mode {Convert.ToString((int)status.Permissions, 8)}), who may have put something into it. "
                + $"If it is to be used all the same: chmod 600 {path} ; --state names another file");
        }
    }

    /// <summary>True for a folder that this user owns and that holds only the state. A home or shared directory keeps its permissions.</summary>
    private static bool IsOwn(string folder, FileStatus status, string file) =>
        status.Owner == CurrentUser.Id
        && (status.Permissions & UnixFileMode.StickyBit) == 0
        && Directory.EnumerateFileSystemEntries(folder).All(entry => Path.GetFileName(entry).StartsWith(file, StringComparison.Ordinal));

    /// <summary>Removes the permissions of other users. A link that replaced the file since its status was read is not followed.</summary>
    private static void Tighten(string path, FileStatus status, UnixFileMode mode)
    {
        if ((status.Permissions & Foreign) != 0)
        {
            using var handle = status.IsRegularFile ? FileHandles.OpenWithoutLink(path) : FileHandles.OpenFolder(path);
            File.SetUnixFileMode(handle, status.Permissions & mode);
        }
    }

    /// <summary>Creates the file. SQLite gives its side files the same permissions.</summary>
    private static bool TryMake(string path)
    {
        if (FileStatus.OfLink(path) is not null)
        {
            return false;
        }

        new FileStream(path, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = Private }).Dispose();
        return true;
    }
}
