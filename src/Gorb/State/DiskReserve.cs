using Gorb.Ipvs.Files;
using Microsoft.Data.Sqlite;
using static SQLitePCL.raw;

namespace Gorb.State;

/// <summary>
/// Room on the disk that is taken ahead, so that a full disk still takes what makes the table smaller. The write-ahead log has its whole room from the start, so that
/// appending to it needs none; and the file has room for every page of the log and some more, so that bringing the log into it, after which the log begins anew, needs
/// none either. Something that makes the table larger must leave this room, or it is refused.
/// </summary>
internal sealed class DiskReserve : IDisposable
{
    /// <summary>Pages of the file beyond those in use. Also the unit in which SQLite lets it grow and shrink.</summary>
    private const int SparePages = 8;

    /// <summary>Pages in the log at which they are brought into the file (4 MiB), and the room of the log, since the last commit before that may be a large one.</summary>
    private const int MaxCheckpointPages = 256;
    private const int MaxLogPages = 320;
    private const int MinLogPages = 10;

    /// <summary>The log's room is at most this part of the file system.</summary>
    private const int PartOfDisk = 16;

    private readonly SqliteConnection _connection;
    private readonly string _path;
    private readonly Statement _pageCount;
    private readonly long _pageBytes;
    private readonly int _logPages;
    private bool _hasLog;

    /// <exception cref="SqliteException">The file cannot be read.</exception>
    public DiskReserve(SqliteConnection connection, string path)
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
        SqliteFile.TrySetChunk(_connection.Handle!, (int)(SparePages * _pageBytes));
    }

    /// <summary>Each page has a header in the log; SQLite File Format, 4.1.</summary>
    private long LogBytes => 32 + (_logPages * (_pageBytes + 24));

    /// <summary>Takes what room there is for the log and for the pages in use. A disk that has none, or a file system that cannot say, is no error.</summary>
    public void Take()
    {
        _hasLog = _hasLog || FileHandles.TryReserve(_path + "-wal", LogBytes); // SQLite locks the file, not its log: opening and closing the log loses no lock
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

    private bool Extend(long bytes) => FileStatus.OfLink(_path)?.Length >= bytes || SqliteFile.TryExtend(_connection.Handle!, bytes);

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
}
