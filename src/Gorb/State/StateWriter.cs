using Gorb.Model;
using Microsoft.Data.Sqlite;
using static SQLitePCL.raw;

namespace Gorb.State;

/// <summary>
/// Writes each change as one transaction, with statements that are prepared once. A service is written whole, as one row, when it is new or much of it changes. A
/// change of one backend is one row; a service with more such rows than backends is written whole again.
/// </summary>
internal sealed class StateWriter : IDisposable
{
    /// <summary>The number of rows of single changes that never causes a service to be written whole.</summary>
    private const int FewRows = 16;

    private readonly SqliteConnection _connection;
    private readonly DiskReserve _reserve;
    private readonly JsonText _text = new();
    private readonly Statement _begin;
    private readonly Statement _commit;
    private readonly Statement _rollback;
    private readonly Statement _putService;
    private readonly Statement _putSpec;
    private readonly Statement _removeService;
    private readonly Statement _putBackend;
    private readonly Statement _removeBackends;
    private readonly Statement _putLeftover;
    private readonly Statement _removeLeftover;
    private readonly DeclarationRows _declarations;
    private readonly TokenRows _tokens;

    /// <summary>An upper bound of the number of rows of single changes for each service. Services that are missing here have none.</summary>
    private readonly Dictionary<string, int> _rows = [];
    private readonly List<string> _folded = [];

    public StateWriter(SqliteConnection connection, DiskReserve reserve)
    {
        _connection = connection;
        _reserve = reserve;
        _begin = new(connection, "BEGIN IMMEDIATE");
        _commit = new(connection, "COMMIT");
        _rollback = new(connection, "ROLLBACK");
        _putService = new(connection, "INSERT OR REPLACE INTO service (name, spec, backends) VALUES ($1, $2, $3)");
        _putSpec = new(connection, "UPDATE service SET spec = ?2 WHERE name = ?1");
        _removeService = new(connection, "DELETE FROM service WHERE name = $1");
        _putBackend = new(connection, "INSERT OR REPLACE INTO backend (service, name, since, spec) VALUES ($1, $2, $3, $4)");
        _removeBackends = new(connection, "DELETE FROM backend WHERE service = $1");
        _putLeftover = new(connection, "INSERT OR REPLACE INTO ledger (target, key) VALUES ($1, $2)");
        _removeLeftover = new(connection, "DELETE FROM ledger WHERE target = $1 AND key = $2");
        _declarations = new DeclarationRows(connection);
        _tokens = new TokenRows(connection);
        using var counts = new Statement(connection, "SELECT service, count(*) FROM backend GROUP BY service");
        while (counts.Next())
        {
            _rows.Add(counts.Text(0), (int)counts.Number(1));
        }
    }

    /// <summary>Writes a change.</summary>
    /// <returns>The space in bytes that the file was found to need; null for a change that does not make it larger.</returns>
    public long? Write(StateDelta delta)
    {
        long? required = null;
        List<Service> whole = [.. delta.Services.Where(static change => change.Before is null).Select(static change => change.After).OfType<Service>()];
        var texts = whole.Count > 0 ? ServiceText.Of(whole) : [];
        _folded.Clear();
        _begin.Run();
        try
        {
            foreach (var change in delta.Services)
            {
                WriteChange(change);
            }

            for (var i = 0; i < whole.Count; i++)
            {
                WriteWhole(whole[i], texts[i]);
            }

            Write(_removeLeftover, delta.Gone);
            Write(_putLeftover, delta.Left);
            if (delta.Declarations is { } declarations)
            {
                _declarations.Write(declarations);
            }

            if (delta.Tokens is { } tokens)
            {
                _tokens.Write(tokens);
            }

            if (delta.Services.Any(Grows))
            {
                required = _reserve.Require();
            }

            _commit.Run();
        }
        catch
        {
            RollBack();
            throw;
        }

        _folded.ForEach(service => _rows.Remove(service)); // only after the commit, because a rollback restores the rows
        return required;
    }

    public void Dispose()
    {
        _text.Dispose();
        _declarations.Dispose();
        _tokens.Dispose();
        foreach (var statement in (Statement[])[_begin, _commit, _rollback, _putService, _putSpec, _removeService, _putBackend, _removeBackends, _putLeftover, _removeLeftover])
        {
            statement.Dispose();
        }
    }

    /// <summary>True for a change that may fail on a full disk. All other changes, removals above all, can use the reserved space.</summary>
    private static bool Grows(ServiceChange change) => change.After is { } after && (change.Before is not { } before || after.Backends.Count > before.Backends.Count);

    /// <summary>Removes a service, or writes the changes of an existing one.</summary>
    private void WriteChange(ServiceChange change)
    {
        if (change.After is not { } after)
        {
            _removeService.Bind(1, change.Name).Run();
            RemoveRows(change.Name);
        }
        else if (change.Before is { } before)
        {
            WriteDifference(before, after);
        }
    }

    private void WriteWhole(Service service, ServiceText text)
    {
        _putService.Bind(1, service.Name).Bind(2, text.Spec).Bind(3, text.Backends).Run();
        RemoveRows(service.Name);
    }

    private void WriteDifference(Service before, Service after)
    {
        var (changed, removed) = BackendDifference.Of(before, after);
        var rows = _rows.GetValueOrDefault(after.Name) + changed.Count + removed.Count;
        if (rows > FewRows + after.Backends.Count)
        {
            WriteWhole(after, ServiceText.Of([after])[0]);
            return;
        }

        if (!after.IsSavedAs(before))
        {
            ServiceCodec.Write(_text.Begin(), after);
            _putSpec.Bind(1, after.Name).Bind(2, _text.End()).Run();
        }

        if (changed.Count + removed.Count > 0)
        {
            _rows[after.Name] = rows;
            WriteRows(after, changed, removed);
        }
    }

    private void WriteRows(Service service, List<Backend> changed, List<Backend> removed)
    {
        _putBackend.Bind(1, service.Name);
        foreach (var backend in changed)
        {
            BackendCodec.Write(_text.Begin(), backend, service.KeptVerdict(backend));
            _putBackend.Bind(2, backend.Name).Bind(3, backend.Since.UtcTicks).Bind(4, _text.End()).Run();
        }

        foreach (var backend in removed)
        {
            _putBackend.Bind(2, backend.Name).Bind(3, 0).Bind(4, "").Run();
        }
    }

    private void RemoveRows(string service)
    {
        if (_rows.ContainsKey(service))
        {
            _removeBackends.Bind(1, service).Run();
            _folded.Add(service);
        }
    }

    private static void Write(Statement statement, IEnumerable<LedgerKey> keys)
    {
        foreach (var key in keys)
        {
            statement.Bind(1, key.Target).Bind(2, key.Key).Run();
        }
    }

    /// <summary>Rolls back unless SQLite already has: it does so itself after some errors only.</summary>
    private void RollBack()
    {
        if (sqlite3_get_autocommit(_connection.Handle!) == 0)
        {
            _rollback.Run();
        }
    }
}
