using System.Collections.Immutable;
using System.Text.Json;
using Gorb.Balancing;
using Gorb.Ipvs;
using Microsoft.Data.Sqlite;

namespace Gorb.State;

/// <summary>Reads a whole store.</summary>
internal static class StateReader
{
    public static SavedState Load(SqliteConnection connection)
    {
        var backends = ReadBackends(connection);
        var services = ImmutableSortedDictionary.CreateBuilder<string, Service>(StringComparer.Ordinal);
        var names = ImmutableDictionary.CreateBuilder<ServiceKey, string>();
        Read(connection, "SELECT name, spec FROM service", row =>
        {
            var service = Service.Create(row.GetString(0), JsonSerializer.Deserialize(row.GetString(1), StateJson.Default.ServiceSpec)!);
            services.Add(service.Name, backends.TryGetValue(service.Name, out var own) ? service with { Backends = own.ToImmutable() } : service);
            names.Add(service.Spec.Key, service.Name);
        });
        return new SavedState(new Table(services.ToImmutable(), names.ToImmutable()), ReadLeftovers(connection));
    }

    private static Dictionary<string, ImmutableSortedDictionary<string, Backend>.Builder> ReadBackends(SqliteConnection connection)
    {
        var backends = new Dictionary<string, ImmutableSortedDictionary<string, Backend>.Builder>(StringComparer.Ordinal);
        Read(connection, "SELECT service, name, since, spec FROM backend", row =>
        {
            var service = row.GetString(0);
            if (!backends.TryGetValue(service, out var own))
            {
                backends[service] = own = ImmutableSortedDictionary.CreateBuilder<string, Backend>(StringComparer.Ordinal);
            }

            var spec = JsonSerializer.Deserialize(row.GetString(3), StateJson.Default.BackendSpec)!;
            var backend = new Backend(row.GetString(1), spec, new DateTimeOffset(row.GetInt64(2), TimeSpan.Zero));
            own.Add(backend.Name, backend);
        });
        return backends;
    }

    private static List<KernelKey> ReadLeftovers(SqliteConnection connection)
    {
        var keys = new List<KernelKey>();
        Read(connection, "SELECT service, destination FROM leftover", row => keys.Add(new KernelKey(
            KeyText.ReadService(row.GetString(0)),
            row.GetString(1) is { Length: > 0 } destination ? KeyText.ReadDestination(destination) : null)));
        return keys;
    }

    private static void Read(SqliteConnection connection, string sql, Action<SqliteDataReader> take)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        using var row = command.ExecuteReader();
        while (row.Read())
        {
            take(row);
        }
    }
}
