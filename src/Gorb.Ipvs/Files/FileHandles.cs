using System.ComponentModel;
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;
using static Tmds.Linux.LibC;

namespace Gorb.Ipvs.Files;

/// <summary>
/// Opens files and folders in ways that .NET does not offer: a file without following a symbolic link, and a folder. .NET's own functions accept the
/// handles.
/// </summary>
public static class FileHandles
{
    /// <summary>Opens an existing file for reading, unless its path is a symbolic link. Does not wait for the other end of a named pipe.</summary>
    /// <param name="path">The path.</param>
    /// <exception cref="IOException">There is no such file, it is a link, or it may not be read.</exception>
    /// <exception cref="ArgumentException">The path contains a zero byte.</exception>
    public static SafeFileHandle OpenWithoutLink(string path) => Open(path, O_RDONLY | O_NONBLOCK | O_NOFOLLOW);

    /// <summary>Opens a folder, to change its permissions or to flush its entries.</summary>
    /// <param name="path">The path.</param>
    /// <exception cref="IOException">There is no such folder, it is not a folder, or it may not be read.</exception>
    /// <exception cref="ArgumentException">The path contains a zero byte.</exception>
    public static SafeFileHandle OpenFolder(string path) => Open(path, O_RDONLY | O_DIRECTORY);

    /// <summary>
    /// Reserves disk space from the beginning of a file, without changing its length (fallocate(2) with FALLOC_FL_KEEP_SIZE). The file keeps the space until it is
    /// truncated or deleted.
    /// </summary>
    /// <param name="path">The path of an existing file; a symbolic link is not followed.</param>
    /// <param name="bytes">The space, at least 1.</param>
    /// <returns>False when there is no such file, not enough space, or when the file system cannot reserve.</returns>
    /// <exception cref="ArgumentException">The path contains a zero byte.</exception>
    public static unsafe bool TryReserve(string path, long bytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(bytes);
        fixed (byte* name = Name(path))
        {
            var descriptor = openat(AT_FDCWD, name, O_WRONLY | O_NONBLOCK | O_NOFOLLOW | O_CLOEXEC, 0);
            if (descriptor < 0)
            {
                return false;
            }

            var reserved = fallocate(descriptor, FALLOC_FL_KEEP_SIZE, 0, bytes) == 0;
            _ = close(descriptor);
            return reserved;
        }
    }

    /// <summary>Closes a descriptor in programs that this process starts (FD_CLOEXEC), as .NET does with those that it opens itself.</summary>
    /// <param name="handle">The descriptor.</param>
    /// <exception cref="IOException">It is not open.</exception>
    public static void CloseOnExec(SafeHandle handle)
    {
        var isHeld = false;
        try
        {
            handle.DangerousAddRef(ref isHeld);
            if (fcntl((int)handle.DangerousGetHandle(), F_SETFD, FD_CLOEXEC) != 0)
            {
                throw Failure("the descriptor", errno);
            }
        }
        finally
        {
            if (isHeld)
            {
                handle.DangerousRelease();
            }
        }
    }

    /// <summary>A path in the form of system calls: UTF-8 with a terminating zero byte.</summary>
    internal static byte[] Name(string path) =>
        path.Contains('\0', StringComparison.Ordinal) ? throw new ArgumentException("a path must not contain a zero byte", nameof(path)) : Encoding.UTF8.GetBytes(path + '\0');

    internal static IOException Failure(string path, int error) => new($"{path}: {new Win32Exception(error).Message}", error);

    private static unsafe SafeFileHandle Open(string path, int flags)
    {
        fixed (byte* name = Name(path))
        {
            var descriptor = openat(AT_FDCWD, name, flags | O_CLOEXEC, 0);
            return descriptor >= 0 ? new SafeFileHandle(descriptor, ownsHandle: true) : throw Failure(path, errno);
        }
    }
}
