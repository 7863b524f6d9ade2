using System.Globalization;
using System.Text.Json;
using Gorb.Cli.Objects;
using Gorb.Client;

namespace Gorb.Cli.Show;

/// <summary>What <c>gorb get</c> shows of a daemon: rows of a table, and the answers behind them.</summary>
/// <param name="Columns">The headings.</param>
/// <param name="Rows">The rows.</param>
/// <param name="Names">The names of the objects, as other verbs take them.</param>
/// <param name="Json">The answers: one object, or a list of objects with names.</param>
internal sealed record View(IReadOnlyList<string> Columns, IReadOnlyList<TableRow> Rows, IReadOnlyList<string> Names, JsonElement Json);

/// <summary>Reads what <c>gorb get</c> shows.</summary>
internal static class Views
{
    public const string Services = "services", Sources = "sources", Vips = "vips", Directors = "directors";

    private static readonly string[] ServiceColumns = ["SERVICE", "ADDRESS", "METHOD", "STATE", "UP", "CONNECTIONS", "PROBLEM"];
    private static readonly string[] MoreServiceColumns = ["CONN/S", "IN/S", "OUT/S", "SOURCE"];
    private static readonly string[] BackendColumns = ["BACKEND", "ADDRESS", "METHOD", "WEIGHT", "STATE", "SINCE", "CONNECTIONS", "REASON"];
    private static readonly string[] MoreBackendColumns = ["IN KERNEL", "ACTIVE", "INACTIVE", "CONN/S", "IN/S", "OUT/S", "CHECK MS", "SOURCE"];

    private static readonly string[] DirectorColumns = ["DIRECTOR", "VERSION", "REVISION", "LAG", "STATE", "SINCE", "ADDRESSES", "REFUSED"];

    /// <summary>Reads what a word names: services, sources, vips, directors, a service (its backends) or a backend.</summary>
    /// <param name="client">The daemon.</param>
    /// <param name="what">The word.</param>
    /// <param name="wide">True for all columns.</param>
    /// <param name="stop">Ends the reading.</param>
    public static async Task<View> ReadAsync(GorbClient client, string what, bool wide, CancellationToken stop)
    {
        switch (what)
        {
            case Services:
                var services = await client.GetServicesAsync(stop);
                return new View([.. ServiceColumns, .. wide ? MoreServiceColumns : []], [.. services.Select(service => Row(service, wide))], [.. services.Select(static service => service.Name)],
                    NamedObjects.Of(services.Select(static service => (service.Name, service.Json))));
            case Sources:
                return List(await client.GetAsync("/sources", stop), "name", ["SOURCE", "SERVICES", "BACKENDS", "CONFLICTS", "DECLARED", "ERROR"], Source);
            case Vips:
                var vips = await client.GetAsync("/vip", stop);
                return vips.ValueKind == JsonValueKind.Array && vips.EnumerateArray().Any(static vip => vip.Member("holder") is not null)
                    ? List(vips, "address", ["ADDRESS", "DEVICE", "STATE", "HOLDER", "SERVICES", "PROBLEM"], static vip => Vip(vip, isShared: true))
                    : List(vips, "address", ["ADDRESS", "DEVICE", "STATE", "SERVICES", "PROBLEM"], static vip => Vip(vip, isShared: false));
            case Directors:
                var cluster = await client.GetAsync("/cluster", stop);
                return List(cluster.Member("table")?.Member("directors") ?? JsonDocument.Parse("[]").RootElement, "name", DirectorColumns, Director);
            default:
                return await ReadObjectAsync(client, ObjectPath.Parse(what)!, wide, stop);
        }
    }

    /// <summary>The rows of backends.</summary>
    public static (IReadOnlyList<string> Columns, IReadOnlyList<TableRow> Rows) Of(IEnumerable<BackendState> backends, bool wide) =>
        ([.. BackendColumns, .. wide ? MoreBackendColumns : []], [.. backends.Select(backend => Row(backend, wide))]);

    /// <summary>The rows of the directors that share a table.</summary>
    public static (IReadOnlyList<string> Columns, IReadOnlyList<TableRow> Rows) OfDirectors(JsonElement? table) => (DirectorColumns, [.. table.List("directors").Select(static director => Director(director))]);

    private static async Task<View> ReadObjectAsync(GorbClient client, ObjectPath path, bool wide, CancellationToken stop)
    {
        if (path.Backend is null)
        {
            var service = await client.GetServiceAsync(path.Service, stop);
            var (columns, rows) = Of(service.Backends, wide);
            return new View(columns, rows, [.. service.Backends.Select(static backend => backend.Path.ToString())], service.Json);
        }

        var backend = await client.GetBackendAsync(path, stop);
        var (headings, row) = Of([backend], wide);
        return new View(headings, row, [path.ToString()], backend.Json);
    }

    private static View List(JsonElement answer, string name, IReadOnlyList<string> columns, Func<JsonElement?, TableRow> row)
    {
        var rows = answer.ValueKind == JsonValueKind.Array ? answer.EnumerateArray().Select(one => row(one)).ToList() : throw new JsonException($"There is no list of objects with {name}.");
        return new View(columns, rows, [.. rows.Select(static one => one.Name)], answer);
    }

    private static TableRow Row(ServiceState service, bool wide) => new(TableRow.Of(service.State),
    [
        service.Name, service.Address, service.Method, service.State, string.Create(CultureInfo.InvariantCulture, $"{service.Up}/{service.Backends.Count}"), Number(service.Connections), service.Problem,
        .. wide ? (string[])[.. Rates(service.Traffic), service.Source] : [],
    ]);

    private static TableRow Row(BackendState backend, bool wide) => new(TableRow.Of(backend.State),
    [
        backend.Path.Backend!, backend.Address, backend.Method, Number(backend.Weight), backend.State, Age.Format(backend.Since), Number(backend.Connections), backend.Reason,
        .. wide
            ? (string[])
            [
                backend.KernelWeight is { } weight ? Number(weight) : "no", Number(backend.Active), Number(backend.Inactive), .. Rates(backend.Traffic),
                string.Join(' ', backend.Checks.Select(static check => check.LatencyMs?.ToString("0.#", CultureInfo.InvariantCulture) ?? "-")), backend.Source,
            ]
            : [],
    ]);

    private static string[] Rates(Func<string, long> traffic) =>
        [Number(traffic("connections_per_second")), Amount.Format(traffic("in_bytes_per_second")), Amount.Format(traffic("out_bytes_per_second"))];

    private static TableRow Source(JsonElement? source) => new(source.Text("error") is null ? Tone.Plain : Tone.Bad,
        source.Text("name") ?? "",
        source.Text("services") ?? "",
        source.Text("backends") ?? "",
        Number(source.List("conflicts").Count()),
        Seconds(source.Time("declared_at")),
        source.Text("error") ?? "");

    /// <param name="vip">The address.</param>
    /// <param name="isShared">Whether directors of a cluster hold addresses.</param>
    private static TableRow Vip(JsonElement? vip, bool isShared) => new(TableRow.Of(vip.Text("state") ?? ""),
    [
        vip.Text("address") ?? "",
        vip.Text("device") ?? "",
        vip.Text("state") ?? "",
        .. isShared ? (string[])[vip.Text("holder") ?? ""] : [],
        string.Join(' ', vip.List("services").Select(static name => name.GetString())),
        vip.Text("problem") ?? (vip.Time("kept_since") is { } since ? $"etcd is away; kept by the promise of all other directors since {Seconds(since)}" : ""),
    ]);

    /// <summary>A time to the second, for people.</summary>
    public static string Seconds(DateTimeOffset? time) => time?.ToUniversalTime().ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture) ?? "";

    private static bool IsTrue(JsonElement? json, string name) => json?.Member(name) is { ValueKind: JsonValueKind.True };

    private static TableRow Director(JsonElement? director)
    {
        var state = director.Text("version") is null ? "another version" : IsTrue(director, "behind") ? "behind" : IsTrue(director, "drained") ? "drained" : "up to date";
        return new(TableRow.Of(state == "up to date" ? "up" : state == "drained" ? "drained" : "down"), director.Text("name") ?? "", director.Text("version") ?? "", director.Text("revision") ?? "", Lag(director), state, Seconds(director.Time("since")),
            string.Join(' ', director.List("addresses").Select(static address => address.GetString())), string.Join(' ', director.List("refused").Select(static name => name.GetString())));
    }

    private static string Lag(JsonElement? director) => director?.Member("lag_seconds") is { ValueKind: JsonValueKind.Number } lag ? string.Create(CultureInfo.InvariantCulture, $"{lag.GetDouble():0.#} s") : "";

    private static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);
}
