using Gorb.Ipvs.Files;
using Microsoft.Data.Sqlite;
using static SQLitePCL.raw;

namespace Gorb.State;

/// <summary>
/// Reserves disk space, so that changes that make the table smaller can be saved on a full disk. The write-ahead log is allocated in full at the start, so
/// appending to it needs no space. The file has space for every page of the log and a few more, so a checkpoint, after which the log starts over, needs none
/// either. A change that makes the table larger must leave this reserve, or it is refused.
/// </summary>
internal sealed class DiskReserve : IDisposable
{
    /// <summary>The number of spare pages of the file beyond those in use. Also the unit in which SQLite grows and shrinks the file.</summary>
    private const int SparePages = 8;

    /// <summary>
    /// The number of pages in the log that triggers a checkpoint (4 MiB), and the size of the log, because the last commit before a checkpoint may be large.
    /// </summary>
    private const int MaxCheckpointPages = 256;
    private const int MaxLogPages = 320;
    private const int MinLogPages = 10;

    /// <summary>The log takes at most one part in this many of the file system.</summary>
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

    /// <summary>The size of the log in bytes. Each page has a header in the log; SQLite File Format, 4.1.</summary>
    private long LogBytes => 32 + (_logPages * (_pageBytes + 24));

    /// <summary>
    /// Reserves space for the log and for the pages in use, as far as the disk has any. A full disk, or a file system that cannot reserve space, is no error.
    /// </summary>
    /// <param name="required">The space that <see cref="Require"/> found; null to look for it.</param>
    public void Take(long? required = null)
    {
        _hasLog = _hasLog || FileHandles.TryReserve(_path + "-wal", LogBytes); // SQLite locks the file, not its log: opening and closing the log releases no lock
        Extend(required ?? Bytes());
    }

    /// <summary>Reserves the space that the file will need. Called in a transaction that makes the file larger.</summary>
    /// <returns>The space in bytes.</returns>
    /// <exception cref="SqliteException">SQLITE_FULL: the disk has too little space.</exception>
    public long Require()
    {
        var bytes = Bytes();
        if (!Extend(bytes) && FreeBytes() < bytes - (FileStatus.OfLink(_path)?.Length ?? 0)) // with enough free bytes, the file system merely cannot reserve space
        {
            throw new SqliteException("database or disk is full", SQLITE_FULL);
        }

        return bytes;
    }

    public void Dispose() => _pageCount.Dispose();

    private long Bytes()
    {
        _pageCount.Next();
        var pages = _pageCount.Number(0);
        _pageCount.Next(); // the end of the rows, which resets the statement
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
            return null; // the folder is gone; the store notices that itself
        }
    }
}
