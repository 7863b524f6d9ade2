using Gorb.Ipvs.Files;
using Gorb.Ipvs.Processes;
using Gorb.Model;

namespace Gorb.Audit;

/// <summary>The audit file (<c>--audit</c>). Disk space is reserved before changes are made, so that their lines fit even when the disk fills meanwhile.</summary>
/// <param name="path">The path.</param>
internal sealed class AuditFile(string path) : IDisposable
{
    /// <summary>The space that is reserved at a time, for the lines of changes that are being made.</summary>
    private const long ReserveBytes = 1024 * 1024;

    private const UnixFileMode Foreign = (UnixFileMode)0b111_111;
    private const UnixFileMode ForeignWrite = UnixFileMode.GroupWrite | UnixFileMode.OtherWrite;
    private const int DiskFull = 28; // ENOSPC
    private const int QuotaExceeded = 122; // EDQUOT

    /// <summary>The path as given.</summary>
    public string Location => path;

    private readonly Lock _lock = new();
    private AppendFile? _file;
    private long _reservedEnd;

    /// <summary>Makes sure that lines can be written: opens the file if it is not open or was deleted, and reserves space.</summary>
    /// <exception cref="StateException">The file cannot be opened, or its disk is full.</exception>
    public void Prepare() => Run(() =>
    {
        var file = Current();
        var length = file.Length;
        if (_reservedEnd - length is < ReserveBytes / 2 or > ReserveBytes) // more than reserved is left after another program has truncated the file
        {
            file.Reserve(ReserveBytes);
            _reservedEnd = length + ReserveBytes;
        }
    });

    /// <summary>Appends complete lines.</summary>
    /// <exception cref="StateException">They cannot be written; the file is as before.</exception>
    public void Append(ReadOnlySpan<byte> lines)
    {
        lock (_lock)
        {
            try
            {
                Current().Append(lines);
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                throw Explain(error);
            }
        }
    }

    /// <summary>Waits until the appended lines are on the disk. Others can append meanwhile.</summary>
    /// <exception cref="StateException">The disk failed.</exception>
    public void Flush()
    {
        AppendFile? file;
        lock (_lock)
        {
            file = _file;
        }

        try
        {
            file?.Flush();
        }
        catch (ObjectDisposedException)
        {
            return; // reopened meanwhile, which flushes the former file
        }
        catch (IOException error)
        {
            throw Explain(error);
        }
    }

    /// <summary>Opens the file at the path anew, after another program has moved the former one away.</summary>
    /// <exception cref="StateException">It cannot be opened. The former file stays open.</exception>
    public void Reopen() => Run(Renew);

    public void Dispose()
    {
        lock (_lock)
        {
            _file?.Dispose();
        }
    }

    /// <summary>The open file. A file without a name is replaced, because its lines could not be found.</summary>
    private AppendFile Current()
    {
        var isDeleted = true;
        _ = _file?.ReadStatus(out isDeleted);
        if (_file is null || isDeleted)
        {
            Renew();
        }

        return _file!;
    }

    private void Renew()
    {
        var file = Open();
        try
        {
            _file?.Flush();
        }
        catch
        {
            file.Dispose();
            throw;
        }

        _file?.Dispose();
        (_file, _reservedEnd) = (file, 0);
    }

    private AppendFile Open()
    {
        if (FileStatus.OfLink(path) is { IsLink: true })
        {
            throw Fault("it is a symbolic link, and links are not followed here: name the file it leads to with --audit");
        }

        var file = AppendFile.Open(path);
        try
        {
            Check(file.ReadStatus(out _), file);
            if (file.Length == 0)
            {
                using var folder = FileHandles.OpenFolder(Path.GetDirectoryName(Path.GetFullPath(path))!);
                RandomAccess.FlushToDisk(folder); // the file's name must survive a crash, too
            }
            else if (!file.EndsWithLine())
            {
                file.Append("\n"u8); // a crash of the host has cut the last line
            }

            return file;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    private void Check(FileStatus status, AppendFile file)
    {
        if (!status.IsRegularFile)
        {
            throw Fault("it is no regular file; name another with --audit");
        }

        var user = CurrentUser.Id;
        if (status.Owner != user)
        {
            throw Fault($"it belongs to user {status.Owner}, who can change what it says, and this daemon runs as user {user}: chown {user} {path}");
        }

        if ((status.Permissions & ForeignWrite) != 0)
        {
            throw Fault($"others can write it (mode {Convert.ToString((int)status.Permissions, 8)}), and can have changed what it says: chmod 600 {path}");
        }

        if ((status.Permissions & Foreign) != 0)
        {
            file.MakePrivate();
        }
    }

    private void Run(Action action)
    {
        lock (_lock)
        {
            try
            {
                action();
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException)
            {
                throw Explain(error);
            }
        }
    }

    private StateException Fault(string reason) => new($"the audit file {path} cannot be used: {reason}");

    private StateException Explain(Exception error) => error.HResult is DiskFull or QuotaExceeded
        ? new StateException($"the disk of the audit file {path} is full ({error.Message}): make room there", isFull: true, error)
        : new StateException($"the audit file {path} cannot be written ({error.Message}): make it and its folder writable for the daemon's user, or name another file with --audit", inner: error);
}
