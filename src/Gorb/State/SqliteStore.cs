using System.Text.Json;
using Gorb.Balancing;
using Microsoft.Data.Sqlite;
using static SQLitePCL.raw;

namespace Gorb.State;

/// <summary>
/// The store as one SQLite file (with its write-ahead log beside it). A commit is on the disk before it returns: the log is
/// flushed at each one. The file is locked as long as the store is open, so a second daemon cannot use it; the kernel gives the lock back
/// however the daemon ends.
/// </summary>
internal sealed class SqliteStore : IStateStore
{
    /// <summary>How long a daemon that is just ending may still hold the file.</summary>
    private const int LockTimeoutSeconds = 2;

    /// <summary>Of a new file. A start reads every page and a document writes nearly every one, so that their number counts; a single change writes two or three.</summary>
    private const int PageBytes = 16 * 1024;

    /// <summary>Pages in the log at which they are brought into the file: 4 MiB.</summary>
    private const int MostPagesInLog = 256;

    private readonly string _path;
    private readonly SqliteConnection _connection;
    private readonly StateWriter _writer;

    private SqliteStore(string path, SqliteConnection connection)
    {
        _path = path;
        _connection = connection;
        _writer = new StateWriter(connection);
    }

    /// <summary>Opens a file, or makes it with its directory, and brings it to the present version. One that is there already is checked by <see cref="Load"/>.</summary>
    /// <param name="path">The file.</param>
    /// <param name="mostPages">The size (in pages) at which the disk counts as full; null for the disk's own.</param>
    /// <exception cref="StateException">The file is damaged, of a later version, in use or out of reach; it was left as it is.</exception>
    public static SqliteStore Open(string path, int? mostPages = null)
    {
        StateFile.Prepare(path);
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder
        {
            DataSource = path,
            Mode = SqliteOpenMode.ReadWriteCreate,
            Pooling = false,
            DefaultTimeout = LockTimeoutSeconds,
        }.ToString());
        try
        {
            connection.Open();
            Prepare(connection, path);
            if (mostPages is { } pages)
            {
                Schema.Run(connection, $"PRAGMA max_page_count = {pages}");
            }

            return new SqliteStore(path, connection);
        }
        catch (Exception error)
        {
            connection.Dispose();
            throw error is SqliteException sqlite ? SqliteErrors.Translate(sqlite, path) : error;
        }
    }

    public SavedState Load()
    {
        try
        {
            var reading = StateReader.Begin(_connection);
            CheckIntegrity(_connection, _path); // of the pages that are in memory now, while the rows are understood
            MayWrite(_connection);
            return reading.Finish();
        }
        catch (SqliteException error)
        {
            throw SqliteErrors.Translate(error, _path);
        }
        catch (Exception error) when (error is JsonException or FormatException or ArgumentException or OverflowException)
        {
            throw SqliteErrors.Damaged(_path, error.Message, error);
        }
    }

    public void Commit(StateDelta delta)
    {
        try
        {
            _writer.Write(delta);
        }
        catch (SqliteException error)
        {
            throw SqliteErrors.Translate(error, _path);
        }
    }

    public void Dispose()
    {
        _writer.Dispose();
        _connection.Dispose();
    }

    private static void Prepare(SqliteConnection connection, string path)
    {
        // A file that is refused below must not be written to by closing it.
        sqlite3_db_config(connection.Handle!, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, out _);
        Schema.Run(connection, $"PRAGMA page_size = {PageBytes}; PRAGMA locking_mode = EXCLUSIVE; PRAGMA synchronous = FULL");
        if (!Schema.IsPresent(connection))
        {
            CheckIntegrity(connection, path); // now, for it is about to be written to; otherwise with its contents
            Schema.Migrate(connection, path);
            MayWrite(connection);
        }

        Schema.Run(connection, $"PRAGMA wal_autocheckpoint = {MostPagesInLog}");
    }

    private static void MayWrite(SqliteConnection connection) => sqlite3_db_config(connection.Handle!, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 0, out _);

    private static void CheckIntegrity(SqliteConnection connection, string path)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "PRAGMA quick_check(1)";
        if (command.ExecuteScalar() is not "ok" and var found)
        {
            throw SqliteErrors.Damaged(path, $"{found}");
        }
    }
}
