using Tmds.Linux;
using static Tmds.Linux.LibC;

namespace Gorb.Ipvs.Files;

/// <summary>The status of a file, read without opening it (stat(2)): its identity, owner, permissions, length and times.</summary>
/// <param name="Device">The file system of the file.</param>
/// <param name="Inode">The file's number in the file system. Together with <paramref name="Device"/> it identifies the file, whatever names it has.</param>
/// <param name="Mode">Type and permissions.</param>
/// <param name="Owner">The user id of its owner.</param>
/// <param name="Length">The length in bytes.</param>
/// <param name="Written">When its content was last written, in nanoseconds since 1970. Programs can set it.</param>
/// <param name="Changed">When content, owner, permissions or names were last changed, in nanoseconds since 1970. Only the kernel sets it.</param>
public readonly record struct FileStatus(ulong Device, ulong Inode, uint Mode, uint Owner, long Length, long Written, long Changed)
{
    private const long NanosecondsPerSecond = 1_000_000_000;

    /// <summary>True for a regular file, false for a folder, link, device, pipe or socket.</summary>
    public bool IsRegularFile => (Mode & (uint)S_IFMT) == (uint)S_IFREG;

    /// <summary>True for a folder.</summary>
    public bool IsFolder => (Mode & (uint)S_IFMT) == (uint)S_IFDIR;

    /// <summary>True for a symbolic link; only <see cref="OfLink"/> returns one.</summary>
    public bool IsLink => (Mode & (uint)S_IFMT) == (uint)S_IFLNK;

    /// <summary>True for a Unix socket.</summary>
    public bool IsSocket => (Mode & (uint)S_IFMT) == (uint)S_IFSOCK;

    /// <summary>The permissions in <see cref="Mode"/>.</summary>
    public UnixFileMode Permissions => (UnixFileMode)(Mode & 0xFFF);

    /// <summary>Reads the status of the file at a path; for a symbolic link, of the file that it leads to.</summary>
    /// <param name="path">The path; relative to the current folder unless it is absolute.</param>
    /// <returns>Null when there is no such file.</returns>
    /// <exception cref="IOException">The kernel refuses, for example for lack of permission to search a folder of the path.</exception>
    /// <exception cref="ArgumentException">The path contains a zero byte.</exception>
    public static FileStatus? Of(string path) => Read(path, 0);

    /// <summary>Reads the status of the file at a path; for a symbolic link, of the link itself.</summary>
    /// <inheritdoc cref="Of"/>
    public static FileStatus? OfLink(string path) => Read(path, AT_SYMLINK_NOFOLLOW);

    /// <summary>True when this process may write the file or folder at a path, by its permissions, its mount and its disk. Nothing is opened.</summary>
    /// <param name="path">The path.</param>
    /// <exception cref="ArgumentException">The path contains a zero byte.</exception>
    public static unsafe bool IsWritable(string path)
    {
        fixed (byte* name = FileHandles.Name(path))
        {
            return faccessat(AT_FDCWD, name, W_OK, AT_EACCESS) == 0;
        }
    }

    private static unsafe FileStatus? Read(string path, int flags)
    {
        Tmds.Linux.stat status;
        fixed (byte* name = FileHandles.Name(path))
        {
            if (fstatat(AT_FDCWD, name, &status, flags) != 0)
            {
                var error = errno;
                return error == ENOENT || error == ENOTDIR ? null : throw FileHandles.Failure(path, error);
            }
        }

        return FromKernel(status);
    }

    internal static FileStatus FromKernel(Tmds.Linux.stat status) => new(
        (ulong)status.st_dev, (ulong)status.st_ino, (uint)status.st_mode, (uint)status.st_uid, (long)status.st_size, Nanoseconds(status.st_mtim), Nanoseconds(status.st_ctim));

    private static long Nanoseconds(timespec time) => ((long)time.tv_sec * NanosecondsPerSecond) + (long)time.tv_nsec;
}
