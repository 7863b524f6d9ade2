using Gorb.Model;
using Microsoft.Data.Sqlite;

namespace Gorb.State;

/// <summary>The tables of the store, and the migrations from earlier versions.</summary>
internal static class Schema
{
    /// <summary>The migrations, one for each version: the first creates the tables, each later one migrates from the previous version.</summary>
    private static readonly string[] Steps =
    [
        $"""
        CREATE TABLE service (name TEXT PRIMARY KEY, spec TEXT NOT NULL) STRICT, WITHOUT ROWID;
        CREATE TABLE backend (service TEXT NOT NULL, name TEXT NOT NULL, since INTEGER NOT NULL, spec TEXT NOT NULL, PRIMARY KEY (service, name)) STRICT, WITHOUT ROWID;
        CREATE TABLE leftover (service TEXT NOT NULL, destination TEXT NOT NULL, PRIMARY KEY (service, destination)) STRICT, WITHOUT ROWID;
        PRAGMA application_id = {StateFile.ApplicationId};
        """,
        // The row of a service has its backends as of the last write of the whole service. Later changes are rows of the table "backend", where an empty spec means
        // that the backend was removed.
        """
        ALTER TABLE service RENAME TO former_service;
        CREATE TABLE service (name TEXT PRIMARY KEY, spec TEXT NOT NULL, backends TEXT NOT NULL) STRICT;
        INSERT INTO service SELECT name, spec, '[]' FROM former_service;
        DROP TABLE former_service;
        """,
        // Declared objects that the wanted table does not have. An empty spec claims backends only. Objects that a file declared before this version have no
        // source, which reads as "api", so the first declaration of the file takes over the objects of "api".
        """
        CREATE TABLE source (name TEXT PRIMARY KEY, declared INTEGER NOT NULL, inherited TEXT NOT NULL) STRICT, WITHOUT ROWID;
        CREATE TABLE claim (service TEXT NOT NULL, source TEXT NOT NULL, arrival INTEGER NOT NULL, spec TEXT NOT NULL, backends TEXT NOT NULL, PRIMARY KEY (service, source)) STRICT, WITHOUT ROWID;
        INSERT INTO source SELECT 'file', 0, 'api' WHERE EXISTS (SELECT 1 FROM service);
        """,
        // Leftovers of all targets, no longer of the kernel's table only.
        """
        CREATE TABLE ledger (target TEXT NOT NULL, key TEXT NOT NULL, PRIMARY KEY (target, key)) STRICT, WITHOUT ROWID;
        INSERT INTO ledger SELECT 'ipvs', CASE destination WHEN '' THEN service ELSE service || ' ' || destination END FROM leftover;
        DROP TABLE leftover;
        """,
        """
        CREATE TABLE token (name TEXT PRIMARY KEY, role TEXT NOT NULL, services TEXT NOT NULL, hash TEXT NOT NULL, created INTEGER NOT NULL, expires INTEGER NOT NULL, used INTEGER NOT NULL) STRICT, WITHOUT ROWID;
        """,
        // The source, addresses and ports that a token is limited to; empty for no limit.
        """
        ALTER TABLE token ADD COLUMN source TEXT NOT NULL DEFAULT '';
        ALTER TABLE token ADD COLUMN vips TEXT NOT NULL DEFAULT '';
        ALTER TABLE token ADD COLUMN ports TEXT NOT NULL DEFAULT '';
        """,
    ];

    /// <summary>The version that this program writes.</summary>
    public static int Version => Steps.Length;

    /// <summary>True when a file has the current version and settings, so that opening it writes nothing.</summary>
    public static bool IsPresent(SqliteConnection connection) =>
        Read(connection, "PRAGMA user_version").Equals((long)Version)
        && Read(connection, "PRAGMA application_id").Equals((long)StateFile.ApplicationId)
        && Read(connection, "PRAGMA journal_mode") is "wal";

    /// <summary>Migrates a file to the current version in one transaction, and to a write-ahead log.</summary>
    /// <exception cref="StateException">The file must not be migrated.</exception>
    public static void Migrate(SqliteConnection connection, string path)
    {
        var version = (int)(long)Read(connection, "PRAGMA user_version");
        StateFile.Check(path, version, (int)(long)Read(connection, "PRAGMA application_id"));
        if (version == 0 && Read(connection, "SELECT count(*) FROM sqlite_schema") is not 0L)
        {
            throw new StateException($"{path} is the database of another program; --state names another file. Nothing in it was changed");
        }

        if (version < Version)
        {
            Run(connection, $"BEGIN IMMEDIATE; {string.Concat(Steps[version..])} PRAGMA user_version = {Version}; COMMIT");
        }

        Run(connection, "PRAGMA journal_mode = WAL");
    }

    public static void Run(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    private static object Read(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return command.ExecuteScalar()!;
    }
}
