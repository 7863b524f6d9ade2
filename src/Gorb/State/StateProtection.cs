using System.ComponentModel;
using System.Text;
using Gorb.Model;
using Gorb.Platform;
using static Tmds.Linux.LibC;

namespace Gorb.State;

/// <summary>
/// Keeps the state to the user of the daemon. It holds secrets (headers of checks), and whoever can write it can have programs run as that user, so the folder is
/// 0700 and the files are 0600, and a file that others could have written is refused.
/// </summary>
internal static class StateProtection
{
    private const UnixFileMode Folder = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode Foreign = (UnixFileMode)0b111_111;
    private const UnixFileMode ForeignWrite = UnixFileMode.GroupWrite | UnixFileMode.OtherWrite;

    /// <summary>The file and what SQLite may have beside it; each is read when the database is opened.</summary>
    private static readonly string[] Suffixes = ["", "-wal", "-shm", "-journal"];

    /// <summary>Makes the file, and its folder, if there is none; checks and tightens the permissions of what exists.</summary>
    /// <returns>True when the file was made.</returns>
    /// <exception cref="StateException">Something there is not only this user's.</exception>
    /// <exception cref="IOException">It cannot be made.</exception>
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

    /// <exception cref="StateException">It is not a file of this user's alone.</exception>
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

        var user = (uint)geteuid();
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

    /// <summary>True for a folder that is this user's and holds nothing but the state: a home or a shared directory keeps its permissions.</summary>
    private static bool IsOwn(string folder, FileStatus status, string file) =>
        status.Owner == (uint)geteuid()
        && (status.Permissions & UnixFileMode.StickyBit) == 0
        && Directory.EnumerateFileSystemEntries(folder).All(entry => Path.GetFileName(entry).StartsWith(file, StringComparison.Ordinal));

    /// <summary>Takes permissions away from others. What was just looked at is opened, not what may stand at the path by now.</summary>
    private static unsafe void Tighten(string path, FileStatus status, UnixFileMode mode)
    {
        if ((status.Permissions & Foreign) == 0)
        {
            return;
        }

        fixed (byte* name = Encoding.UTF8.GetBytes(path + '\0'))
        {
            var descriptor = openat(AT_FDCWD, name, O_RDONLY | O_NONBLOCK | O_CLOEXEC | (status.IsRegularFile ? O_NOFOLLOW : O_DIRECTORY), 0);
            var failed = descriptor < 0 || fchmod(descriptor, (ushort)(status.Permissions & mode)) != 0;
            var error = errno;
            if (descriptor >= 0)
            {
                _ = close(descriptor);
            }

            if (failed)
            {
                throw new IOException($"{path}: {new Win32Exception(error).Message}");
            }
        }
    }

    /// <summary>SQLite gives what it makes beside the file the permissions of the file.</summary>
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
