using System.Runtime.InteropServices;
using System.Text;
using Gorb.Platform;
using Microsoft.Data.Sqlite;
using static SQLitePCL.raw;
using static Tmds.Linux.LibC;

namespace Gorb.State;

/// <summary>
/// Room on the disk that is taken ahead, so that a full disk still takes what makes the table smaller. The write-ahead log has its whole room from the start, so that
/// appending to it needs none; and the file has room for every page of the log and some more, so that bringing the log into it, after which the log begins anew, needs
/// none either. Something that makes the table larger must leave this room, or it is refused.
/// </summary>
internal sealed partial class DiskReserve : IDisposable
{
    /// <summary>Pages of the file beyond those in use. Also the unit in which SQLite lets it grow and shrink.</summary>
    private const int SparePages = 8;

    /// <summary>Pages in the log at which they are brought into the file (4 MiB), and the room of the log, since the last commit before that may be a large one.</summary>
    private const int MaxCheckpointPages = 256;
    private const int MaxLogPages = 320;
    private const int MinLogPages = 10;

    /// <summary>The log's room is at most this part of the file system.</summary>
    private const int PartOfDisk = 16;

    /// <summary>sqlite3.h: SQLITE_FCNTL_SIZE_HINT, SQLITE_FCNTL_CHUNK_SIZE.</summary>
    private const int SizeHint = 5;
    private const int ChunkSize = 6;

    private readonly SqliteConnection _connection;
    private readonly string _path;
    private readonly Statement _pageCount;
    private readonly long _pageBytes;
    private readonly int _logPages;
    private bool _hasLog;

    /// <exception cref="SqliteException">The file cannot be read.</exception>
    public unsafe DiskReserve(SqliteConnection connection, string path)
    {
        (_connection, _path) = (connection, path);
        _pageCount = new Statement(connection, "PRAGMA page_count");
        using (var size = new Statement(connection, "PRAGMA page_size"))
        {
            size.Next();
            _pageBytes = size.Number(0);
        }

        _logPages = (int)Math.Clamp(DiskBytes() / PartOfDisk / _pageBytes, MinLogPages, MaxLogPages);
        Schema.Run(connection, $"PRAGMA wal_autocheckpoint = {_logPages * MaxCheckpointPages / MaxLogPages}; PRAGMA journal_size_limit = {LogBytes}");
        var chunk = (int)(SparePages * _pageBytes);
        _ = Control(ChunkSize, &chunk);
    }

    /// <summary>Each page has a header in the log; SQLite File Format, 4.1.</summary>
    private long LogBytes => 32 + (_logPages * (_pageBytes + 24));

    /// <summary>Takes what room there is for the log and for the pages in use. A disk that has none, or a file system that cannot say, is no error.</summary>
    public void Take()
    {
        _hasLog = _hasLog || TakeLog();
        Extend(Bytes());
    }

    /// <summary>Takes the room that the file will need, in a transaction that makes it larger.</summary>
    /// <exception cref="SqliteException">SQLITE_FULL: there is none.</exception>
    public void Require()
    {
        var bytes = Bytes();
        if (!Extend(bytes) && FreeBytes() < bytes - (FileStatus.OfLink(_path)?.Length ?? 0)) // else the file system cannot take room ahead
        {
            throw new SqliteException("database or disk is full", SQLITE_FULL);
        }
    }

    public void Dispose() => _pageCount.Dispose();

    private long Bytes()
    {
        _pageCount.Next();
        var pages = _pageCount.Number(0);
        _pageCount.Next(); // the end, which makes it ready to run again
        return (pages + SparePages) * _pageBytes;
    }

    private unsafe bool Extend(long bytes) => FileStatus.OfLink(_path)?.Length >= bytes || Control(SizeHint, &bytes) == SQLITE_OK;

    private unsafe bool TakeLog()
    {
        fixed (byte* name = Encoding.UTF8.GetBytes(_path + "-wal\0"))
        {
            var descriptor = openat(AT_FDCWD, name, O_WRONLY | O_NOFOLLOW | O_CLOEXEC, 0); // SQLite locks the file, not its log, so closing this loses no lock
            if (descriptor < 0)
            {
                return false; // not there before the first commit
            }

            var taken = fallocate(descriptor, FALLOC_FL_KEEP_SIZE, 0, LogBytes) == 0;
            _ = close(descriptor);
            return taken;
        }
    }

    private long DiskBytes() => Drive() is { } drive ? drive.TotalSize : 0;

    private long FreeBytes() => Drive() is { } drive ? drive.AvailableFreeSpace : 0;

    private DriveInfo? Drive()
    {
        try
        {
            var drive = new DriveInfo(Path.GetDirectoryName(Path.GetFullPath(_path))!);
            return drive.TotalSize > 0 ? drive : null;
        }
        catch (IOException)
        {
            return null; // the folder has gone; the store notices that itself
        }
    }

    private unsafe int Control(int operation, void* argument) => sqlite3_file_control(_connection.Handle!.DangerousGetHandle(), null, operation, argument);

    /// <summary>The one function that SQLitePCLRaw does not pass on; a null name is the main database.</summary>
    [LibraryImport("e_sqlite3")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static unsafe partial int sqlite3_file_control(nint database, byte* name, int operation, void* argument);
}
