using System.Collections.Immutable;
using Gorb.Model;
using Gorb.Model.Merging;
using Microsoft.Data.Sqlite;

namespace Gorb.State;

/// <summary>Reads a whole store. The rows are copied first and parsed on other processors.</summary>
internal sealed class StateReader
{
    private readonly List<Task<List<Service>>> _services;
    private readonly List<LedgerKey> _leftovers;
    private readonly Declarations _declarations;
    private readonly ImmutableSortedDictionary<string, Token> _tokens;

    private StateReader(List<Task<List<Service>>> services, List<LedgerKey> leftovers, Declarations declarations, ImmutableSortedDictionary<string, Token> tokens)
    {
        _declarations = declarations;
        _tokens = tokens;
        _services = services;
        _leftovers = leftovers;
    }

    /// <summary>Copies every row. The connection is free again when this returns.</summary>
    public static StateReader Begin(SqliteConnection connection) =>
        new(ReadServices(connection), ReadLeftovers(connection), DeclarationRows.Read(connection), TokenRows.Read(connection));

    /// <summary>Waits until all rows are parsed.</summary>
    /// <exception cref="System.Text.Json.JsonException">A row is invalid.</exception>
    /// <exception cref="FormatException">A row is invalid, or two rows contradict each other.</exception>
    public SavedState Finish()
    {
        var table = new Table.Builder(Table.Empty);
        var services = _services.SelectMany(static rows => rows.GetAwaiter().GetResult()).ToList();
        var rewritten = Settle(services);
        foreach (var service in services)
        {
            if (!table.TryAdd(service, out var owner))
            {
                throw new FormatException($"services '{owner}' and '{service.Name}' stand at the same place");
            }
        }

        return new SavedState(table.ToTable() with { Declarations = _declarations, Tokens = _tokens }, _leftovers) { Outdated = rewritten };
    }

    /// <summary>Determines the sources of services that a Docker link created before sources existed.</summary>
    /// <returns>The names of these services.</returns>
    private static HashSet<string> Settle(List<Service> services)
    {
        var open = services.Where(FormerOwner.IsOpen).Select(service => service.Name).ToHashSet();
        if (open.Count > 0)
        {
            var links = services.SelectMany(service => service.Backends.Values).Select(backend => backend.Source).Where(SourceName.IsDocker).ToHashSet();
            for (var i = 0; i < services.Count; i++)
            {
                services[i] = FormerOwner.IsOpen(services[i]) ? FormerOwner.Settle(services[i], links) : services[i];
            }
        }

        return open;
    }

    private static List<Task<List<Service>>> ReadServices(SqliteConnection connection)
    {
        var later = ReadLaterBackends(connection);
        var tasks = new List<Task<List<Service>>>();
        var rows = new ServiceRows();
        using var row = new Statement(connection, "SELECT name, spec, backends FROM service");
        while (row.Next())
        {
            rows.Add(row.Utf8(0), row.Utf8(1), row.Utf8(2));
            if (rows.IsFull)
            {
                Begin(rows);
                rows = new ServiceRows();
            }
        }

        Begin(rows);
        return tasks;

        void Begin(ServiceRows rows) => tasks.Add(Task.Run(() => rows.Read(later)));
    }

    /// <summary>Reads the changes since each service was last written whole: the current backends, or null for removed ones.</summary>
    private static Dictionary<string, Dictionary<string, Backend?>> ReadLaterBackends(SqliteConnection connection)
    {
        var all = new Dictionary<string, Dictionary<string, Backend?>>();
        using var row = new Statement(connection, "SELECT service, name, since, spec FROM backend");
        while (row.Next())
        {
            var service = row.Text(0);
            if (!all.TryGetValue(service, out var own))
            {
                all.Add(service, own = []);
            }

            var name = row.Text(1);
            own.Add(name, row.Utf8(3).IsEmpty ? null : BackendCodec.Read(name, new DateTimeOffset(row.Number(2), TimeSpan.Zero), row.Utf8(3)));
        }

        return all;
    }

    private static List<LedgerKey> ReadLeftovers(SqliteConnection connection)
    {
        var keys = new List<LedgerKey>();
        using var row = new Statement(connection, "SELECT target, key FROM ledger");
        while (row.Next())
        {
            keys.Add(new LedgerKey(row.Text(0), row.Text(1)));
        }

        return keys;
    }
}
