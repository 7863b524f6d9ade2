using System.CommandLine;
using System.Text.Json;
using Gorb.Cli.Objects;
using Gorb.Client;
using Gorb.Model.Text;

namespace Gorb.Cli.Show;

/// <summary><c>gorb cluster</c>: the cluster as one director sees it.</summary>
internal static class ClusterCommand
{
    private const int Label = 11;

    public static Command Create()
    {
        var json = new Option<bool>("--json") { Description = "Print the answer of the REST API." };
        var quiet = VerbOutput.NewOption();
        var server = new ServerArgument();
        var command = new Command(
            "cluster", "Shows the cluster: its directors with their addresses, how far each is with the table, what differs between them, and the synchronization of connections. Exit status: 1 when a director is behind, or refuses something.")
        {
            json, quiet, server,
        };
        command.SetAction((result, stop) => DaemonCall.RunAsync(
            server.Read(result), new GorbRequest(HttpMethod.Get, "/cluster") { Answer = GorbRequest.Json }, null, text => PrintAsync(text, result.GetValue(json), new VerbOutput(result.GetValue(quiet))), stop));
        return command;
    }

    private static async Task<int> PrintAsync(string answer, bool isJson, VerbOutput output)
    {
        using var document = JsonDocument.Parse(answer);
        JsonElement? sync = document.RootElement.Required("sync");
        JsonElement? table = document.RootElement.Member("table");
        if (isJson)
        {
            await output.WriteAsync(answer);
        }
        else if (!output.IsQuiet)
        {
            await Terminal.WriteFormattedAsync(Format(table).Concat(sync.List("daemons").Select(static daemon => Line("sync", Sync(daemon)))));
        }

        return IsUneven(table) ? ExitStatus.Differs : ExitStatus.Done;
    }

    private static IEnumerable<string> Format(JsonElement? table)
    {
        if (table is null)
        {
            return [Line("cluster", "none; the daemon was started without --cluster")];
        }

        var (columns, rows) = Views.OfDirectors(table);
        return
        [
            Line("cluster", table.Text("cluster")!),
            Line("director", $"{table.Text("director")}, which answers"),
            Line("revision", table.Text("revision")!),
            .. table?.Member("stale") is { } stale ? [Line("stale", $"since {Since(stale)}: {Text(stale, "reason")}")] : (string[])[],
            .. table.List("kept").Select(static kept => Line("kept", $"{Text(kept, "address")} since {Since(kept)}, by the promise of all other directors while etcd is away")),
            .. table.Text("problem") is { } problem ? [Line("problem", problem)] : (string[])[],
            .. table.List("refused").Select(static refused => Line("refused", $"service {Text(refused, "service")}: {Text(refused, "reason")}")),
            .. new TextTable(columns).Format(rows),
            .. table.List("directors").Select(static director => Text(director, "unreachable")).OfType<string>().Select(static reason => Line("silent", $"{reason}; addresses are given up while etcd is away")),
            .. table.List("verdicts").Select(static verdict => Line("differs", $"{Text(verdict, "backend")} is down at {string.Join(", ", ((JsonElement?)verdict).List("down_at").Select(static director => director.GetString()))} only")),
        ];
    }

    private static string Sync(JsonElement? daemon) =>
        $"{daemon.Text("role")} {daemon.Text("status")}{(daemon.Text("interface") is { } device ? $" on {device}, id {daemon.Text("id")}" : "")}{(daemon.Text("problem") is { } problem ? $": {problem}" : "")}";

    private static bool IsUneven(JsonElement? table) => table?.Member("stale") is not null || table.Text("problem") is not null || table.List("refused").Any()
        || table.List("directors").Any(static director => director.Member("behind") is { ValueKind: JsonValueKind.True } || ((JsonElement?)director).List("refused").Any());

    private static string? Text(JsonElement? json, string name) => json.Text(name);

    private static string Since(JsonElement? json) => Views.Seconds(json.Time("since"));

    private static string Line(string label, string text) => $"{$"{label}:".PadRight(Label)}{PlainText.Escape(text)}";
}
