using System.CommandLine;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Gorb.Client;
using Gorb.Model;

namespace Gorb.Cli;

/// <summary><c>gorb token create|list|revoke</c>: the tokens of a running daemon.</summary>
internal static class TokenCommand
{
    private static readonly string[] Columns = ["NAME", "ROLE", "FOR", "EXPIRES", "LAST USED"];

    public static Command Create() => new("token", "Creates, lists and revokes tokens, by which programs use the API from elsewhere.") { CreateCreate(), CreateList(), CreateRevoke() };

    private static Command CreateCreate()
    {
        var server = new ServerArgument();
        var name = new Argument<string>("NAME") { Description = "Its name, which events and the log show as the actor." };
        var role = new Option<string>("--role") { Description = "What it may do; each role includes those before it.", HelpName = "read|operate|write|admin", Required = true };
        role.AcceptOnlyFromAmong([.. RoleNames.OfTokens.Select(RoleNames.Of)]);
        var scope = new ScopeArguments();
        var expires = new Option<string?>("--expires") { Description = "How long it counts, as in 90d or 12h. Default: until it is revoked.", HelpName = "TIME" };
        var command = new Command("create", "Creates a token and prints it, once.") { name, role };
        scope.AddTo(command);
        command.Options.Add(expires);
        command.Add(server);
        command.SetAction((result, stop) => DaemonCall.RunAsync(
            server.Read(result),
            new GorbRequest(HttpMethod.Post, "/tokens")
            {
                Answer = GorbRequest.Json,
                Body = Body(new()
                {
                    ["name"] = result.GetValue(name),
                    ["role"] = result.GetValue(role),
                    ["services"] = List(result.GetValue(scope.Services)),
                    ["source"] = result.GetValue(scope.Source),
                    ["vips"] = List(result.GetValue(scope.Vips)),
                    ["ports"] = List(scope.ReadPorts(result)),
                    ["expires"] = result.GetValue(expires),
                }),
            },
            null,
            PrintCreatedAsync,
            stop));
        return command;
    }

    private static Command CreateList()
    {
        var server = new ServerArgument();
        var command = new Command("list", "Lists the tokens, without their secrets.") { server };
        command.SetAction((result, stop) => DaemonCall.RunAsync(server.Read(result), new GorbRequest(HttpMethod.Get, "/tokens") { Answer = GorbRequest.Json }, null, PrintListAsync, stop));
        return command;
    }

    private static Command CreateRevoke()
    {
        var server = new ServerArgument();
        var name = new Argument<string>("NAME") { Description = "The token." };
        var command = new Command("revoke", "Revokes a token.") { name, server };
        command.SetAction((result, stop) => DaemonCall.RunAsync(
            server.Read(result), new GorbRequest(HttpMethod.Delete, $"/tokens/{Uri.EscapeDataString(result.GetValue(name)!)}"), null, static _ => Task.FromResult(0), stop));
        return command;
    }

    private static byte[] Body(JsonObject members) =>
        Encoding.UTF8.GetBytes(new JsonObject(members.Where(static member => member.Value is not null).Select(static member => KeyValuePair.Create(member.Key, member.Value?.DeepClone()))).ToJsonString());

    private static JsonArray? List(string[]? items) => items is { Length: > 0 } ? new JsonArray([.. items.Select(static item => JsonValue.Create(item))]) : null;

    private static async Task<int> PrintCreatedAsync(string text)
    {
        var secret = JsonNode.Parse(text)?["token"]?.GetValue<string>() ?? throw new JsonException();
        await Terminal.WriteErrorAsync("gorb: this token is shown once; keep it in a file of mode 0600");
        await Terminal.WriteLineAsync(secret);
        return 0;
    }

    private static async Task<int> PrintListAsync(string text)
    {
        var tokens = JsonNode.Parse(text) as JsonArray ?? throw new JsonException();
        string[][] rows = [Columns, .. tokens.OfType<JsonObject>().Select(Row)];
        foreach (var row in rows)
        {
            await Terminal.WriteLineAsync(string.Join("  ", row.Select((cell, column) => cell.PadRight(rows.Max(other => other[column].Length)))).TrimEnd());
        }

        return 0;
    }

    private static string[] Row(JsonObject token) =>
    [
        $"{token["name"]}",
        $"{token["role"]}",
        Scope(token),
        Time(token["expires"]),
        Time(token["last_used"]),
    ];

    private static string Scope(JsonObject token)
    {
        var parts = ((string[])["services", "vips", "ports"]).Where(member => token[member] is JsonArray).Select(member => $"{(member == "services" ? "" : $"{member} ")}{string.Join(' ', (JsonArray)token[member]!)}");
        return string.Join("; ", parts.Concat(token["source"] is { } source ? [$"source {source}"] : []).DefaultIfEmpty("*"));
    }

    private static string Time(JsonNode? time) => time is null ? "never" : time.GetValue<DateTimeOffset>().ToUniversalTime().ToString("yyyy-MM-dd HH:mm'Z'", CultureInfo.InvariantCulture);
}
