using System.ComponentModel;
using System.Text;
using Tmds.Linux;
using static Tmds.Linux.LibC;

namespace Gorb.Platform;

/// <summary>What the kernel knows of a file without opening it (stat(2)): which file it is, whose, and when it last changed.</summary>
/// <param name="Device">The file system it is on.</param>
/// <param name="Inode">Its number there. Together with <paramref name="Device"/> it identifies the file, whatever names it has.</param>
/// <param name="Mode">Type and permissions.</param>
/// <param name="Owner">The user id of its owner.</param>
/// <param name="Length">Bytes.</param>
/// <param name="Written">When its content was last written, in nanoseconds. Programs can set it.</param>
/// <param name="Changed">When content, owner, permissions or names were last changed, in nanoseconds. Only the kernel sets it.</param>
internal readonly record struct FileStatus(ulong Device, ulong Inode, uint Mode, uint Owner, long Length, long Written, long Changed)
{
    private const long NanosecondsPerSecond = 1_000_000_000;

    public bool IsRegularFile => (Mode & (uint)S_IFMT) == (uint)S_IFREG;

    public bool IsLink => (Mode & (uint)S_IFMT) == (uint)S_IFLNK;

    public UnixFileMode Permissions => (UnixFileMode)(Mode & 0xFFF);

    /// <summary>The status of the file at a path; of a symbolic link, that of the file it leads to.</summary>
    /// <returns>Null when there is none.</returns>
    /// <exception cref="IOException">The kernel does not say.</exception>
    public static FileStatus? Of(string path) => Read(path, 0);

    /// <summary>The status of what is at a path itself, be it a symbolic link.</summary>
    /// <inheritdoc cref="Of"/>
    public static FileStatus? OfLink(string path) => Read(path, AT_SYMLINK_NOFOLLOW);

    private static unsafe FileStatus? Read(string path, int flags)
    {
        if (path.Contains('\0', StringComparison.Ordinal))
        {
            throw new ArgumentException("a path holds no zero byte", nameof(path));
        }

        Tmds.Linux.stat status;
        fixed (byte* name = Encoding.UTF8.GetBytes(path + '\0'))
        {
            if (fstatat(AT_FDCWD, name, &status, flags) != 0)
            {
                var error = errno;
                return error == ENOENT || error == ENOTDIR ? null : throw new IOException($"{path}: {new Win32Exception(error).Message}");
            }
        }

        return new FileStatus((ulong)status.st_dev, (ulong)status.st_ino, (uint)status.st_mode, (uint)status.st_uid, (long)status.st_size,
            Nanoseconds(status.st_mtim), Nanoseconds(status.st_ctim));
    }

    private static long Nanoseconds(timespec time) => ((long)time.tv_sec * NanosecondsPerSecond) + (long)time.tv_nsec;
}
