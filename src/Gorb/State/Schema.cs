using Gorb.Model;
using Microsoft.Data.Sqlite;

namespace Gorb.State;

/// <summary>The tables of the store, and the way to them from every earlier version.</summary>
internal static class Schema
{
    /// <summary>One step for each version: the first makes the tables, each later one leads from the version before it.</summary>
    private static readonly string[] Steps =
    [
        $"""
        CREATE TABLE service (name TEXT PRIMARY KEY, spec TEXT NOT NULL) STRICT, WITHOUT ROWID;
        CREATE TABLE backend (service TEXT NOT NULL, name TEXT NOT NULL, since INTEGER NOT NULL, spec TEXT NOT NULL, PRIMARY KEY (service, name)) STRICT, WITHOUT ROWID;
        CREATE TABLE leftover (service TEXT NOT NULL, destination TEXT NOT NULL, PRIMARY KEY (service, destination)) STRICT, WITHOUT ROWID;
        PRAGMA application_id = {StateFile.ApplicationId};
        """,
        // A service has its backends in its own row, as they were when it was last written whole; what changed since stands in the table of backends, where a
        // spec without text says that the backend is gone.
        """
        ALTER TABLE service RENAME TO former_service;
        CREATE TABLE service (name TEXT PRIMARY KEY, spec TEXT NOT NULL, backends TEXT NOT NULL) STRICT;
        INSERT INTO service SELECT name, spec, '[]' FROM former_service;
        DROP TABLE former_service;
        """,
        // What sources declared and do not have; a spec without text claims backends only. Everything that a file declared before this version has no source, which
        // reads as "api", so the first declaration of the file takes over what "api" has.
        """
        CREATE TABLE source (name TEXT PRIMARY KEY, declared INTEGER NOT NULL, inherited TEXT NOT NULL) STRICT, WITHOUT ROWID;
        CREATE TABLE claim (service TEXT NOT NULL, source TEXT NOT NULL, arrival INTEGER NOT NULL, spec TEXT NOT NULL, backends TEXT NOT NULL, PRIMARY KEY (service, source)) STRICT, WITHOUT ROWID;
        INSERT INTO source SELECT 'file', 0, 'api' WHERE EXISTS (SELECT 1 FROM service);
        """,
        // Leftovers of every target, not of the kernel's table alone.
        """
        CREATE TABLE ledger (target TEXT NOT NULL, key TEXT NOT NULL, PRIMARY KEY (target, key)) STRICT, WITHOUT ROWID;
        INSERT INTO ledger SELECT 'ipvs', CASE destination WHEN '' THEN service ELSE service || ' ' || destination END FROM leftover;
        DROP TABLE leftover;
        """,
    ];

    /// <summary>The version this program writes.</summary>
    public static int Version => Steps.Length;

    /// <summary>Whether a file is as this program makes it, so that opening it writes nothing.</summary>
    public static bool IsPresent(SqliteConnection connection) =>
        Read(connection, "PRAGMA user_version").Equals((long)Version)
        && Read(connection, "PRAGMA application_id").Equals((long)StateFile.ApplicationId)
        && Read(connection, "PRAGMA journal_mode") is "wal";

    /// <summary>Brings a file to the present version in one transaction, and to a write-ahead log.</summary>
    /// <exception cref="StateException">The file is not one that may be brought there.</exception>
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
