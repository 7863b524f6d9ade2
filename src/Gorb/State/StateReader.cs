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
        using var row = new Statement(connection, "SELECT name, spec FROM service");
        while (row.Next())
        {
            var service = Service.Create(row.Text(0), JsonSerializer.Deserialize(row.Utf8(1), StateJson.Default.ServiceSpec)!);
            services.Add(service.Name, backends.TryGetValue(service.Name, out var own) ? service with { Backends = own.ToImmutable() } : service);
            names.Add(service.Spec.Key, service.Name);
        }

        return new SavedState(new Table(services.ToImmutable(), names.ToImmutable()), ReadLeftovers(connection));
    }

    private static Dictionary<string, ImmutableSortedDictionary<string, Backend>.Builder> ReadBackends(SqliteConnection connection)
    {
        var all = new Dictionary<string, ImmutableSortedDictionary<string, Backend>.Builder>(StringComparer.Ordinal);
        var own = ImmutableSortedDictionary.CreateBuilder<string, Backend>(StringComparer.Ordinal);
        var of = ""u8.ToArray();
        using var row = new Statement(connection, "SELECT service, name, since, spec FROM backend ORDER BY service");
        while (row.Next())
        {
            if (!row.Utf8(0).SequenceEqual(of))
            {
                of = row.Utf8(0).ToArray();
                all[row.Text(0)] = own = ImmutableSortedDictionary.CreateBuilder<string, Backend>(StringComparer.Ordinal);
            }

            var spec = JsonSerializer.Deserialize(row.Utf8(3), StateJson.Default.BackendSpec)!;
            var backend = new Backend(row.Text(1), spec, new DateTimeOffset(row.Number(2), TimeSpan.Zero));
            own.Add(backend.Name, backend);
        }

        return all;
    }

    private static List<KernelKey> ReadLeftovers(SqliteConnection connection)
    {
        var keys = new List<KernelKey>();
        using var row = new Statement(connection, "SELECT service, destination FROM leftover");
        while (row.Next())
        {
            keys.Add(new KernelKey(KeyText.ReadService(row.Text(0)), row.Text(1) is { Length: > 0 } destination ? KeyText.ReadDestination(destination) : null));
        }

        return keys;
    }
}
