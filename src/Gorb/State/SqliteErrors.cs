using Gorb.Model;
using Microsoft.Data.Sqlite;
using static SQLitePCL.raw;

namespace Gorb.State;

/// <summary>Converts SQLite's errors to errors that say what to do.</summary>
internal static class SqliteErrors
{
    public static StateException Translate(SqliteException error, string path) => error.SqliteErrorCode switch
    {
        SQLITE_CORRUPT or SQLITE_NOTADB => Damaged(path, error.Message, error),
        SQLITE_BUSY or SQLITE_LOCKED => new StateException(
            $"the state file {path} is in use by another process, perhaps a second daemon; one file serves one daemon, --state names another", inner: error),
        SQLITE_FULL => new StateException($"the disk of the state file {path} is full; nothing was changed. Make room there; removals are taken meanwhile", isFull: true, error),
        // A file system that became read-only under an open file (ext4 does so on errors) refuses writes with the same error as a broken disk.
        SQLITE_IOERR => new StateException(
            $"the disk of the state file {path} fails or is read-only ({error.Message}); nothing was changed. The kernel's log (dmesg) may say why; "
            + "make it writable again, or name another file with --state", inner: error),
        SQLITE_READONLY => new StateException($"the state file {path} cannot be written: it or its file system is read-only; nothing was changed", inner: error),
        SQLITE_CANTOPEN or SQLITE_PERM or SQLITE_AUTH => new StateException(
            $"the state file {path} cannot be opened; --state names another, --state none does without ({error.Message})", inner: error),
        _ => new StateException($"the state file {path} cannot be used: {error.Message}", inner: error),
    };

    public static StateException Damaged(string path, string reason, Exception? inner = null)
    {
        var log = File.Exists($"{path}-wal") ? $" && mv {path}-wal {path}.damaged-wal" : "";
        return new StateException(
            $"the state file {path} is damaged ({reason}) and was left as it is. To begin with an empty table, put it aside: "
            + $"mv {path} {path}.damaged{log} ; what is in the kernel goes on working meanwhile",
            inner: inner);
    }
}
