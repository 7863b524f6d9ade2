using System.Runtime.InteropServices;
using Gorb.Ipvs.Files;
using Microsoft.Data.Sqlite;

namespace Gorb.Tests.State;

/// <summary>Each commit flushes the log by the daemon's own call in place of SQLite's, and fails with it.</summary>
public sealed class LogSyncTests : IDisposable
{
    /// <summary>SQLITE_IOERR_FSYNC.</summary>
    private const int SyncFailed = 1034;

    private readonly string _folder = Directory.CreateTempSubdirectory("gorb").FullName;
    private readonly SqliteConnection _connection;

    public LogSyncTests()
    {
        _connection = new SqliteConnection($"Data Source={Path.Combine(_folder, "state.db")};Pooling=False");
        _connection.Open();
        Run("PRAGMA locking_mode = EXCLUSIVE; PRAGMA synchronous = FULL; PRAGMA journal_mode = WAL; CREATE TABLE number (value INTEGER)");
    }

    private SafeHandle Handle => _connection.Handle!;

    private string Log => Path.Combine(_folder, "state.db-wal");

    public void Dispose()
    {
        _connection.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public void EveryFlush_AfterTheFirst_IsOfTheGivenFile()
    {
        using var sync = SqliteLogSync.TryAttach(Handle, "/dev/null"); // a device that cannot be flushed
        Run("INSERT INTO number VALUES (1)"); // SQLite's own flush, of its own descriptor

        FluentActions.Invoking(() => Run("INSERT INTO number VALUES (2)")).Should().Throw<SqliteException>().Which.SqliteExtendedErrorCode.Should().Be(SyncFailed);

        Sum().Should().Be(1, "a commit that is not on the disk has no effect");
    }

    [Fact]
    public void Commit_SucceedsAgain_WhenTheFlushDoes()
    {
        using (SqliteLogSync.TryAttach(Handle, "/dev/null"))
        {
            Run("INSERT INTO number VALUES (1)");
            FluentActions.Invoking(() => Run("INSERT INTO number VALUES (2)")).Should().Throw<SqliteException>();
        }

        using var sync = SqliteLogSync.TryAttach(Handle, Log);
        Run("INSERT INTO number VALUES (4)");
        Run("INSERT INTO number VALUES (8)");
        Reopened(Sum).Should().Be(13);
    }

    [Fact]
    public void Log_StartsOverAfterACheckpoint_UnderTheSameFlush()
    {
        using var sync = SqliteLogSync.TryAttach(Handle, Log);
        Run("PRAGMA wal_autocheckpoint = 4");
        for (var i = 0; i < 100; i++)
        {
            Run("INSERT INTO number VALUES (1)");
        }

        new FileInfo(Log).Length.Should().BeLessThan(100 * 4096);
        Reopened(Sum).Should().Be(100);
    }

    [Fact]
    public void Disposed_SQLiteFlushesItself()
    {
        SqliteLogSync.TryAttach(Handle, "/dev/null")!.Dispose();

        Run("INSERT INTO number VALUES (1)");
        Run("INSERT INTO number VALUES (2)");
        Sum().Should().Be(3);
    }

    [Fact]
    public void MissingLog_IsLeftToSQLite() => SqliteLogSync.TryAttach(Handle, Path.Combine(_folder, "none")).Should().BeNull();

    /// <summary>Reads what another process would find after a crash of this one: a copy of the files as they are now.</summary>
    private T Reopened<T>(Func<SqliteConnection, T> read)
    {
        var copy = Path.Combine(_folder, "copy.db");
        File.Copy(Path.Combine(_folder, "state.db"), copy);
        File.Copy(Log, copy + "-wal");
        using var connection = new SqliteConnection($"Data Source={copy};Pooling=False");
        connection.Open();
        return read(connection);
    }

    private long Sum() => Sum(_connection);

    private static long Sum(SqliteConnection connection)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT sum(value) FROM number";
        return (long)command.ExecuteScalar()!;
    }

    private void Run(string sql)
    {
        using var command = _connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
