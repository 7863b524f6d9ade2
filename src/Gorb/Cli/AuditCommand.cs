using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Gorb.Client;
using Gorb.Documents;

namespace Gorb.Cli;

/// <summary><c>gorb audit</c>: prints who changed what.</summary>
internal static class AuditCommand
{
    public static Command Create()
    {
        var server = new ServerArgument();
        var since = new Option<long?>("--since") { Description = "Only the lines after the one with this id.", HelpName = "ID" };
        var json = new Option<bool>("--json") { Description = "Print the lines as JSON, with the values before and after, as GET /audit answers." };
        var command = new Command("audit", "Prints who changed what, and which changes were refused: the last 1000 since the daemon's start.") { since, json, server };
        command.SetAction((result, stop) =>
        {
            string? start = null, file = null;
            var id = result.GetValue(since);
            var request = new GorbRequest(HttpMethod.Get, id is null ? "/audit" : string.Create(CultureInfo.InvariantCulture, $"/audit?since={id}"))
            {
                Answer = GorbRequest.Json,
                OnHeaders = headers => (start, file) = AuditHeaders.Read(headers),
            };
            return DaemonCall.RunAsync(server.Read(result), request, null, text => RunAsync(text, result.GetValue(json), id is null ? Note(start, file) : null), stop);
        });
        return command;
    }

    private static async Task<int> RunAsync(string text, bool isJson, string? note)
    {
        var status = await (isJson ? DaemonCall.PrintAsync(text) : PrintAsync(text));
        if (note is not null)
        {
            await Terminal.WriteErrorAsync(note);
        }

        return status;
    }

    /// <summary>Where older lines are. After a restart of the daemon, the answer is empty, and nothing else tells why.</summary>
    private static string? Note(string? start, string? file) => start is null ? null
        : $"gorb: the daemon remembers what was changed since its start at {start}; {(file is null ? "its log has what was before (a daemon with --audit FILE keeps it in a file)" : $"what was before is in {file} on its host")}";

    private static async Task<int> PrintAsync(string text)
    {
        foreach (var line in (JsonNode.Parse(text) as JsonArray ?? throw new JsonException()).OfType<JsonObject>())
        {
            await Terminal.WriteLineAsync(Format(line));
        }

        return 0;
    }

    private static string Format(JsonObject line)
    {
        var request = line["method"] is { } method ? $"{method} {line["path"]} ({line["from"]}, request {line["request"]})" : "";
        var result = line["changes"] is JsonArray changes ? string.Join(", ", changes.OfType<JsonObject>().Select(Change)) : $"{line["status"]} {line["error"]}";
        return string.Join("  ", ((string[])[$"{line["id"]}", Time(line["time"]), $"{line["actor"] ?? "?"}", $"{line["result"]}", request, result.Trim()]).Where(static part => part.Length > 0));
    }

    private static string Change(JsonObject change) =>
        $"{change["action"]} {(change["token"] is { } token ? $"token {token}" : change["backend"] is { } backend ? $"{change["service"]}/{backend}" : change["service"])}";

    private static string Time(JsonNode? time) => time is null ? "" : time.GetValue<DateTimeOffset>().ToUniversalTime().ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
