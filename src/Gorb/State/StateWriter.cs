using System.Buffers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Gorb.Balancing;
using Microsoft.Data.Sqlite;
using static SQLitePCL.raw;

namespace Gorb.State;

/// <summary>Writes changes, each as one transaction, with statements that are prepared once.</summary>
internal sealed class StateWriter(SqliteConnection connection) : IDisposable
{
    private readonly ArrayBufferWriter<byte> _text = new(1024);
    private readonly Utf8JsonWriter _json = new(Stream.Null);
    private readonly Statement _begin = new(connection, "BEGIN IMMEDIATE");
    private readonly Statement _commit = new(connection, "COMMIT");
    private readonly Statement _rollback = new(connection, "ROLLBACK");
    private readonly Statement _putService = new(connection, "INSERT OR REPLACE INTO service (name, spec) VALUES ($1, $2)");
    private readonly Statement _removeService = new(connection, "DELETE FROM service WHERE name = $1");
    private readonly Statement _putBackend = new(connection, "INSERT OR REPLACE INTO backend (service, name, since, spec) VALUES ($1, $2, $3, $4)");
    private readonly Statement _removeBackend = new(connection, "DELETE FROM backend WHERE service = $1 AND name = $2");
    private readonly Statement _removeBackends = new(connection, "DELETE FROM backend WHERE service = $1");
    private readonly Statement _putLeftover = new(connection, "INSERT OR REPLACE INTO leftover (service, destination) VALUES ($1, $2)");
    private readonly Statement _removeLeftover = new(connection, "DELETE FROM leftover WHERE service = $1 AND destination = $2");

    public void Write(StateDelta delta)
    {
        _begin.Run();
        try
        {
            foreach (var change in delta.Services)
            {
                Write(change);
            }

            Write(_removeLeftover, delta.Gone);
            Write(_putLeftover, delta.Left);
            _commit.Run();
        }
        catch
        {
            RollBack();
            throw;
        }
    }

    public void Dispose()
    {
        _json.Dispose();
        foreach (var statement in (Statement[])[_begin, _commit, _rollback, _putService, _removeService, _putBackend, _removeBackend, _removeBackends, _putLeftover, _removeLeftover])
        {
            statement.Dispose();
        }
    }

    private void Write(ServiceChange change)
    {
        if (change.After is not { } after)
        {
            _removeService.Bind(1, change.Name).Run();
            _removeBackends.Bind(1, change.Name).Run();
            return;
        }

        if (change.Before is null)
        {
            _removeBackends.Bind(1, change.Name).Run(); // of a save that failed without saying how far it came
        }

        if (change.Before?.Spec != after.Spec)
        {
            _putService.Bind(1, after.Name).Bind(2, Text(after.Spec, StateJson.Default.ServiceSpec)).Run();
        }

        WriteBackends(change.Before, after);
    }

    private void WriteBackends(Service? before, Service after)
    {
        _putBackend.Bind(1, after.Name);
        foreach (var backend in after.Backends.Values)
        {
            if (before is null || !before.Backends.TryGetValue(backend.Name, out var old) || (!ReferenceEquals(old.Spec, backend.Spec) && old.Spec != backend.Spec) || old.Since != backend.Since)
            {
                _putBackend.Bind(2, backend.Name).Bind(3, backend.Since.UtcTicks).Bind(4, Text(backend.Spec, StateJson.Default.BackendSpec)).Run();
            }
        }

        foreach (var name in before?.Backends.Keys.Where(name => !after.Backends.ContainsKey(name)) ?? [])
        {
            _removeBackend.Bind(1, after.Name).Bind(2, name).Run();
        }
    }

    /// <summary>A wish as JSON, valid until the next one.</summary>
    private ReadOnlySpan<byte> Text<T>(T spec, JsonTypeInfo<T> type)
    {
        _text.ResetWrittenCount();
        _json.Reset(_text);
        JsonSerializer.Serialize(_json, spec, type);
        return _text.WrittenSpan;
    }

    private static void Write(Statement statement, IEnumerable<KernelKey> keys)
    {
        foreach (var key in keys)
        {
            statement.Bind(1, key.Service.ToString()).Bind(2, key.Destination?.ToString() ?? "").Run();
        }
    }

    /// <summary>SQLite itself rolls back after some errors and leaves it to the caller after others.</summary>
    private void RollBack()
    {
        if (sqlite3_get_autocommit(connection.Handle!) == 0)
        {
            _rollback.Run();
        }
    }
}
