using Gorb.Ipvs.Files;
using Gorb.Model;
using Microsoft.Data.Sqlite;
using SQLitePCL;
using static SQLitePCL.raw;

namespace Gorb.State;

/// <summary>An open state file with its connection, its writer and its disk reserve. The file is locked for the lifetime of this object.</summary>
internal sealed class StateDatabase : IDisposable
{
    /// <summary>How long to wait for the lock. A daemon that is just ending may still hold it.</summary>
    private const int LockTimeoutSeconds = 2;

    /// <summary>
    /// The page size of a new file. A start reads every page and a document writes nearly every one, so fewer pages are faster; a single change writes two or
    /// three.
    /// </summary>
    private const int PageBytes = 16 * 1024;

    private readonly string _path;
    private readonly SqliteConnection _connection;
    private readonly DiskReserve _reserve;
    private readonly StateWriter _writer;
    private readonly SqliteLogSync? _sync;

    private StateDatabase(string path, SqliteConnection connection)
    {
        _path = path;
        _connection = connection;
        _reserve = new DiskReserve(connection, path);
        _writer = new StateWriter(connection, _reserve);
        _sync = SqliteLogSync.TryAttach(connection.Handle!, path + "-wal");
    }

    /// <summary>Opens a file and migrates it to the current version. Creates the file and its directory if missing.</summary>
    /// <param name="path">The file.</param>
    /// <param name="maxPages">The size in pages at which the disk counts as full; null for no such limit.</param>
    /// <exception cref="StateException">The file is damaged, of a later version, in use or out of reach. It was not changed.</exception>
    public static StateDatabase Open(string path, int? maxPages = null)
    {
        var isNew = StateFile.Prepare(path);
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder
        {
            DataSource = path,
            Mode = SqliteOpenMode.ReadWrite,
            Pooling = false,
            DefaultTimeout = LockTimeoutSeconds,
        }.ToString());
        try
        {
            SqliteLibrary.LoadFromProgram(typeof(SQLite3Provider_e_sqlite3).Assembly);
            connection.Open();
            Prepare(connection, path);
            if (maxPages is { } pages)
            {
                Schema.Run(connection, $"PRAGMA max_page_count = {pages}");
            }

            return new StateDatabase(path, connection);
        }
        catch (Exception error)
        {
            connection.Dispose();
            if (isNew)
            {
                Delete(path);
            }

            throw error is SqliteException sqlite ? SqliteErrors.Translate(sqlite, path) : error;
        }
    }

    /// <summary>Deletes a state file and its side files.</summary>
    public static void Delete(string path)
    {
        foreach (var suffix in (string[])["", "-wal", "-shm", "-journal"])
        {
            File.Delete(path + suffix);
        }
    }

    /// <exception cref="SqliteException">The file cannot be read.</exception>
    /// <exception cref="StateException">The file is damaged.</exception>
    public SavedState Load()
    {
        var reading = StateReader.Begin(_connection);
        CheckIntegrity(_connection, _path); // the pages are in memory now, and other processors parse the rows meanwhile
        MayCheckpointAtEnd(true);
        var state = reading.Finish();
        _reserve.Take();
        return state;
    }

    /// <summary>
    /// Writes a change as one transaction. If the disk is full, a checkpoint empties the log into the file, which has space reserved for it, and the change is
    /// retried.
    /// </summary>
    /// <exception cref="SqliteException">The change could not be written and has no effect.</exception>
    public void Write(StateDelta delta)
    {
        long? required;
        try
        {
            required = _writer.Write(delta);
        }
        catch (SqliteException error) when (error.SqliteErrorCode == SQLITE_FULL)
        {
            Schema.Run(_connection, "PRAGMA wal_checkpoint(PASSIVE)");
            required = _writer.Write(delta);
        }

        _reserve.Take(required);
    }

    /// <summary>Sets whether closing checkpoints the log into the file and removes the log. It must not if another file may be at the path.</summary>
    public void MayCheckpointAtEnd(bool may) => sqlite3_db_config(_connection.Handle!, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, may ? 0 : 1, out _);

    public void Dispose()
    {
        _writer.Dispose();
        _reserve.Dispose();
        _sync?.Dispose();
        _connection.Dispose();
    }

    private static void Prepare(SqliteConnection connection, string path)
    {
        // Closing a file that is refused below must not write to it.
        sqlite3_db_config(connection.Handle!, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, out _);
        Schema.Run(connection, $"PRAGMA page_size = {PageBytes}; PRAGMA locking_mode = EXCLUSIVE; PRAGMA synchronous = FULL");
        if (!Schema.IsPresent(connection))
        {
            CheckIntegrity(connection, path); // before the migration writes to the file; otherwise the check runs in Load
            Schema.Migrate(connection, path);
            sqlite3_db_config(connection.Handle!, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 0, out _);
        }
    }

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
