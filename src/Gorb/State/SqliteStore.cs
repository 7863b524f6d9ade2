using System.Text.Json;
using Gorb.Ipvs.Files;
using Gorb.Model;
using Gorb.Model.Merging;
using Microsoft.Data.Sqlite;

namespace Gorb.State;

/// <summary>
/// The store as one SQLite file with its write-ahead log. A commit is on the disk before it returns, because every commit flushes the log. The file is locked while
/// the store is open, so a second daemon cannot use it; the kernel releases the lock even if the daemon crashes. A file that is deleted or changed under the store
/// is written again with the whole table.
/// </summary>
internal sealed class SqliteStore : IStateStore
{
    private readonly string _path;
    private readonly FileWatch _watch;
    private readonly int? _maxPages;
    private StateDatabase? _database;
    private string? _notice;

    private SqliteStore(string path, int? maxPages)
    {
        (_path, _maxPages) = (path, maxPages);
        _watch = new FileWatch(path);
        _database = StateDatabase.Open(path, maxPages);
        _watch.Remember();
    }

    /// <summary>
    /// Opens a file and migrates it to the current version. Creates the file and its directory if missing. <see cref="Load"/> checks an existing file.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="maxPages">The size in pages at which the disk counts as full; null for no such limit.</param>
    /// <exception cref="StateException">The file is damaged, of a later version, in use or out of reach. It was not changed.</exception>
    public static SqliteStore Open(string path, int? maxPages = null) => new(path, maxPages);

    public bool IsIntact => _watch.IsIntact;

    public SavedState Load()
    {
        try
        {
            var state = _database!.Load();
            _watch.Remember();
            return state;
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

    public void Commit(StateDelta delta, SavedState whole)
    {
        try
        {
            var fate = _watch.Fate();
            if (_database is null)
            {
                fate = fate == FileFate.Intact ? FileFate.Changed : fate;
            }
            else if (fate == FileFate.Intact)
            {
                fate = Write(_database, delta); // the file may be removed during the write
            }

            if (fate != FileFate.Intact)
            {
                Renew(fate, whole);
            }
        }
        catch (SqliteException error)
        {
            throw SqliteErrors.Translate(error, _path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new StateException($"the state file {_path} cannot be written: {error.Message}; nothing was changed", inner: error);
        }
    }

    public string? TakeNotice() => Interlocked.Exchange(ref _notice, null);

    public void Dispose() => Close();

    /// <returns>The fate of the file after the write.</returns>
    private FileFate Write(StateDatabase database, StateDelta delta)
    {
        try
        {
            if (!delta.IsEmpty)
            {
                database.Write(delta);
            }
        }
        catch
        {
            _watch.RememberWrite(); // a failed commit may have written to the log, too
            throw;
        }

        return _watch.RememberWrite();
    }

    /// <summary>Creates the file again at its path, with the whole state.</summary>
    /// <exception cref="StateException">Another file is at the path.</exception>
    private void Renew(FileFate fate, SavedState whole)
    {
        if (fate == FileFate.Replaced)
        {
            throw new StateException(
                $"another file stands at {_path}, and the one that this daemon had saved its table in is gone from there; nothing was changed. Restart the daemon to go on with the "
                + $"other file, or put that aside (mv {_path} {_path}.other) and the daemon writes its own anew");
        }

        Close();
        if (fate == FileFate.Changed)
        {
            File.Delete(_path);
        }

        DeleteLog();
        _database = StateDatabase.Open(_path, _maxPages);
        _watch.RememberBroken(); // until the state is complete
        _database.Write(new StateDelta
        {
            Services = [.. whole.Table.Services.Values.Select(service => new ServiceChange(service.Name, null, service))],
            Declarations = new DeclarationChange(Declarations.None, whole.Table.Declarations),
            Tokens = new TokenChange(Token.None, whole.Table.Tokens),
            Left = [.. whole.Leftovers],
        });
        _watch.Remember();
        _notice = $"The state file {_path} was {(fate == FileFate.Gone ? "removed" : "changed by something else")} under the daemon, and was written anew with all "
            + $"{whole.Table.Services.Count} services";
    }

    /// <summary>Deletes the log and other side files of a file that is gone. SQLite would take them for those of the new file.</summary>
    private void DeleteLog()
    {
        foreach (var suffix in (string[])["-wal", "-shm", "-journal"])
        {
            if (FileStatus.OfLink(_path + suffix) is not null)
            {
                File.Delete(_path + suffix);
            }
        }
    }

    private void Close()
    {
        if (_database is { } database)
        {
            _database = null;
            database.MayCheckpointAtEnd(_watch.IsIntact);
            database.Dispose();
        }
    }
}
