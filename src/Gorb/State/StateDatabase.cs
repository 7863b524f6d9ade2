using Gorb.Model;
using Microsoft.Data.Sqlite;
using static SQLitePCL.raw;

namespace Gorb.State;

/// <summary>An open state file: its connection, what writes to it, and the room it keeps on the disk. The file is locked as long as this lives.</summary>
internal sealed class StateDatabase : IDisposable
{
    /// <summary>How long a daemon that is just ending may still hold the file.</summary>
    private const int LockTimeoutSeconds = 2;

    /// <summary>Of a new file. A start reads every page and a document writes nearly every one, so that their number counts; a single change writes two or three.</summary>
    private const int PageBytes = 16 * 1024;

    private readonly string _path;
    private readonly SqliteConnection _connection;
    private readonly DiskReserve _reserve;
    private readonly StateWriter _writer;

    private StateDatabase(string path, SqliteConnection connection)
    {
        _path = path;
        _connection = connection;
        _reserve = new DiskReserve(connection, path);
        _writer = new StateWriter(connection, _reserve);
    }

    /// <summary>Opens a file, or makes it with its directory, and brings it to the present version.</summary>
    /// <param name="path">The file.</param>
    /// <param name="maxPages">The size (in pages) at which the disk counts as full; null for the disk's own.</param>
    /// <exception cref="StateException">The file is damaged, of a later version, in use or out of reach; it was left as it is.</exception>
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

    /// <summary>Deletes a state file and what is beside it.</summary>
    public static void Delete(string path)
    {
        foreach (var suffix in (string[])["", "-wal", "-shm", "-journal"])
        {
            File.Delete(path + suffix);
        }
    }

    /// <exception cref="SqliteException">The file cannot be read.</exception>
    /// <exception cref="StateException">It is damaged.</exception>
    public SavedState Load()
    {
        var reading = StateReader.Begin(_connection);
        CheckIntegrity(_connection, _path); // of the pages that are in memory now, while the rows are understood
        MayCheckpointAtEnd(true);
        var state = reading.Finish();
        _reserve.Take();
        return state;
    }

    /// <summary>Writes a change as one transaction. When the disk is full, the log is brought into the file, which has room for it, and the change is tried again.</summary>
    /// <exception cref="SqliteException">It could not be written; nothing of it is kept.</exception>
    public void Write(StateDelta delta)
    {
        try
        {
            _writer.Write(delta);
        }
        catch (SqliteException error) when (error.SqliteErrorCode == SQLITE_FULL)
        {
            Schema.Run(_connection, "PRAGMA wal_checkpoint(PASSIVE)");
            _writer.Write(delta);
        }

        _reserve.Take();
    }

    /// <summary>Whether the log is brought into the file, and removed, when this is closed. Not when the file is not its own any more: what then stands at its path is another's.</summary>
    public void MayCheckpointAtEnd(bool may) => sqlite3_db_config(_connection.Handle!, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, may ? 0 : 1, out _);

    public void Dispose()
    {
        _writer.Dispose();
        _reserve.Dispose();
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
