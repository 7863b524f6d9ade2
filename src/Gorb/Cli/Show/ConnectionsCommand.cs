using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Gorb.Cli.Objects;
using Gorb.Client;

namespace Gorb.Cli.Show;

/// <summary><c>gorb connections</c>: prints the connections that the kernel balances.</summary>
internal static class ConnectionsCommand
{
    public static Command Create()
    {
        var path = ObjectPath.NewArgument("Only connections of this service, or of this backend. Default: all.");
        path.Arity = ArgumentArity.ZeroOrOne;
        var client = new Option<string?>("--client") { Description = "Only connections of this client: 10.9.0.10, [fd00:9::10]:40000 for one of its ports, or a network (10.9.0.0/24).", HelpName = "ADDRESS" };
        var limit = new Option<int?>("--limit", "-n") { Description = "How many connections, and how many backends, are listed: 0 to 10000. All are counted. Default: 100.", HelpName = "NUMBER" };
        var json = new Option<bool>("--json") { Description = "Print the answer of GET /connections." };
        var server = new ServerArgument();
        var command = new Command("connections", "Prints the connections that the kernel balances now, counted by backend and state, and single ones with the time after which they are forgotten.")
        {
            path, client, limit, json, server,
        };
        command.SetAction((result, stop) => DaemonCall.RunAsync(
            server.Read(result),
            new GorbRequest(HttpMethod.Get, $"/connections{Query(result.GetValue(path), result.GetValue(client), result.GetValue(limit))}") { Answer = GorbRequest.Json },
            null,
            text => result.GetValue(json) ? DaemonCall.PrintAsync(text.Replace("\t", "  ", StringComparison.Ordinal) + "\n") : PrintAsync(text),
            stop));
        return command;
    }

    private static string Query(ObjectPath? path, string? client, int? limit)
    {
        (string Name, string? Value)[] members = [("service", path?.Service), ("backend", path?.Backend), ("client", client), ("limit", limit?.ToString(CultureInfo.InvariantCulture))];
        var given = members.Where(static member => member.Value is not null).Select(static member => $"{member.Name}={Uri.EscapeDataString(member.Value!)}").ToList();
        return given.Count == 0 ? "" : $"?{string.Join('&', given)}";
    }

    private static async Task<int> PrintAsync(string text)
    {
        using var document = JsonDocument.Parse(text);
        JsonElement? view = document.RootElement;
        var connections = document.RootElement.Required("connections").GetInt64();
        var backends = view.List("backends").Select(static backend => (JsonElement?)backend).ToList();
        var entries = view.List("entries").Select(static entry => (JsonElement?)entry).ToList();
        await Terminal.WriteLineAsync($"{Count(connections, "connection")}, {Count(view.Number("templates") ?? 0, "persistence template")}");
        await PrintAsync(new TextTable("BACKEND", "ADDRESS", "CONNECTIONS", "TEMPLATES", "STATES"), backends, static backend =>
            [Owner(backend), backend.Text("destination") ?? "", $"{backend.Number("connections")}", $"{backend.Number("templates")}", States(backend)]);
        await PrintAsync(new TextTable("CLIENT", "VIRTUAL", "BACKEND", "ADDRESS", "STATE", "FORGOTTEN IN"), entries, static entry =>
            [entry.Text("client") ?? "", entry.Text("virtual") ?? "", Owner(entry), entry.Text("destination") ?? "", entry.Text("state") ?? "template", $"{entry.Number("expires")}s"]);
        if (entries.Count < connections)
        {
            await Terminal.WriteErrorAsync($"gorb: {entries.Count} are listed; --client, a service or --limit show others");
        }

        return ExitStatus.Done;
    }

    private static async Task PrintAsync(TextTable table, List<JsonElement?> rows, Func<JsonElement?, IReadOnlyList<string>> cells)
    {
        if (rows.Count > 0)
        {
            await Terminal.WriteFormattedAsync(table.Format([.. rows.Select(row => new TableRow(Tone.Plain, cells(row)))]));
        }
    }

    private static string Owner(JsonElement? entry) => entry.Text("service") is not { } service ? "" : entry.Text("backend") is { } backend ? $"{service}/{backend}" : service;

    private static string States(JsonElement? backend) =>
        backend?.Member("states") is { } states ? string.Join(", ", states.EnumerateObject().Select(static state => $"{state.Name} {state.Value}")) : "";

    private static string Count(long number, string what) => string.Create(CultureInfo.InvariantCulture, $"{number} {what}{(number == 1 ? "" : "s")}");
}
