using Microsoft.Win32.SafeHandles;
using static Tmds.Linux.LibC;

namespace Gorb.Ipvs.Files;

/// <summary>
/// A file that only grows, such as a log that must survive a crash. It is opened without following a symbolic link, and a new one is for its owner alone (0600).
/// Can be used by several threads.
/// </summary>
public sealed class AppendFile : IDisposable
{
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const int EmptyPath = 0x1000; // AT_EMPTY_PATH

    private readonly SafeFileHandle _handle;
    private readonly string _path;

    private AppendFile(SafeFileHandle handle, string path) => (_handle, _path) = (handle, path);

    /// <summary>The length in bytes.</summary>
    public long Length => RandomAccess.GetLength(_handle);

    /// <summary>Opens a file, and creates it if it is missing. Does not wait for the other end of a named pipe.</summary>
    /// <param name="path">The path.</param>
    /// <exception cref="IOException">It is a link, or may not be written, or its folder is missing.</exception>
    /// <exception cref="ArgumentException">The path contains a zero byte.</exception>
    public static unsafe AppendFile Open(string path)
    {
        fixed (byte* name = FileHandles.Name(path))
        {
            var descriptor = openat(AT_FDCWD, name, O_RDWR | O_APPEND | O_CREAT | O_NONBLOCK | O_NOFOLLOW | O_CLOEXEC, (ushort)Private);
            return descriptor >= 0 ? new AppendFile(new SafeFileHandle(descriptor, ownsHandle: true), path) : throw FileHandles.Failure(path, errno);
        }
    }

    /// <summary>Reads the status of the open file, whatever is at its path now.</summary>
    /// <param name="isDeleted">True when the last directory entry of the file was removed (its link count is 0).</param>
    /// <exception cref="IOException">The status cannot be read.</exception>
    public unsafe FileStatus ReadStatus(out bool isDeleted)
    {
        Tmds.Linux.stat status;
        byte nothing = 0;
        using var use = new Use(_handle);
        if (fstatat(use.Descriptor, &nothing, &status, EmptyPath) != 0)
        {
            throw FileHandles.Failure(_path, errno);
        }

        isDeleted = (ulong)status.st_nlink == 0;
        return FileStatus.FromKernel(status);
    }

    /// <summary>Removes the permissions of other users.</summary>
    /// <exception cref="IOException">The file belongs to another user.</exception>
    public void MakePrivate() => File.SetUnixFileMode(_handle, Private);

    /// <summary>True if the file is empty or its last line is complete.</summary>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public bool EndsWithLine()
    {
        Span<byte> last = stackalloc byte[1];
        return Length is var length && (length == 0 || (RandomAccess.Read(_handle, last, length - 1) == 1 && last[0] == '\n'));
    }

    /// <summary>Reserves disk space behind the end of the file, without changing its length (fallocate(2)). A file system that cannot reserve is no error.</summary>
    /// <param name="bytes">The space, at least 1.</param>
    /// <exception cref="IOException">The disk has not that much space.</exception>
    public void Reserve(long bytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(bytes);
        var length = Length;
        using var use = new Use(_handle);
        if (fallocate(use.Descriptor, FALLOC_FL_KEEP_SIZE, length, bytes) != 0 && errno is var error && error != EOPNOTSUPP && error != ENOSYS)
        {
            throw FileHandles.Failure(_path, error);
        }
    }

    /// <summary>Appends all of a text or, if that fails, nothing.</summary>
    /// <exception cref="IOException">The text cannot be written.</exception>
    public void Append(ReadOnlySpan<byte> text)
    {
        var length = Length;
        try
        {
            RandomAccess.Write(_handle, text, length);
        }
        catch (IOException)
        {
            RandomAccess.SetLength(_handle, length);
            throw;
        }
    }

    /// <summary>Waits until everything appended before is on the disk (fdatasync(2)).</summary>
    /// <exception cref="IOException">The disk failed. What it has is unknown.</exception>
    public void Flush()
    {
        using var use = new Use(_handle);
        if (fdatasync(use.Descriptor) != 0)
        {
            throw FileHandles.Failure(_path, errno);
        }
    }

    /// <summary>Closes the file and gives reserved space back.</summary>
    public void Dispose()
    {
        if (!_handle.IsClosed)
        {
            try
            {
                RandomAccess.SetLength(_handle, Length);
            }
            catch (IOException)
            {
                return; // the space is given back with the file
            }
            finally
            {
                _handle.Dispose();
            }
        }
    }

    /// <summary>Keeps the descriptor open while it is used.</summary>
    private readonly ref struct Use : IDisposable
    {
        private readonly SafeFileHandle _handle;
        private readonly bool _isHeld;

        public Use(SafeFileHandle handle)
        {
            _handle = handle;
            handle.DangerousAddRef(ref _isHeld);
        }

        public int Descriptor => (int)_handle.DangerousGetHandle();

        public void Dispose()
        {
            if (_isHeld)
            {
                _handle.DangerousRelease();
            }
        }
    }
}
