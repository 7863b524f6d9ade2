using System.CommandLine;
using System.Text;
using System.Text.Json;
using Gorb.Client;

namespace Gorb.Cli;

/// <summary><c>gorb sysctl</c>: shows the kernel settings that the services need, and restores those that the daemon has set.</summary>
internal static class SysctlCommand
{
    private const string Path = "/sysctl";

    public static Command Create()
    {
        var server = new ServerArgument();
        var json = new Option<bool>("--json") { Description = "Print the answer of the REST API." };
        var quiet = VerbOutput.NewOption();
        var command = new Command("sysctl", "Shows the kernel settings that the services need; ends with 1 when one is missing.") { json, quiet, server };
        command.SetAction((result, stop) => DaemonCall.RunAsync(
            server.Read(result), Request(HttpMethod.Get, Path), null, text => PrintAsync(text, result.GetValue(json), new VerbOutput(result.GetValue(quiet))), stop));
        command.Subcommands.Add(CreateRestore());
        return command;
    }

    private static Command CreateRestore()
    {
        var setting = new Argument<string?>("SETTING") { Description = "The setting, as in net.ipv4.ip_forward; all that the daemon has set when left out.", Arity = ArgumentArity.ZeroOrOne };
        var quiet = VerbOutput.NewOption();
        var server = new ServerArgument();
        var command = new Command("restore", "Gives settings that the daemon has set the values that they had before; it then leaves them alone until it is started again.")
        {
            setting, quiet, server,
        };
        command.SetAction((result, stop) =>
        {
            var query = result.GetValue(setting) is { } name ? $"?name={Uri.EscapeDataString(name)}" : "";
            return DaemonCall.RunAsync(server.Read(result), Request(HttpMethod.Delete, Path + query), null, async text =>
            {
                await PrintAsync(text, isJson: false, new VerbOutput(result.GetValue(quiet)));
                return ExitStatus.Done;
            }, stop);
        });
        return command;
    }

    private static GorbRequest Request(HttpMethod method, string path) => new(method, path) { Answer = GorbRequest.Json };

    private static async Task<int> PrintAsync(string answer, bool isJson, VerbOutput output)
    {
        using var document = JsonDocument.Parse(answer);
        var settings = document.RootElement.TryGetProperty("settings", out var list) ? list.EnumerateArray().ToList() : throw new JsonException("There are no settings.");
        await output.WriteAsync(isJson ? answer : Format(settings));
        return settings.Exists(static setting => Text(setting, "status") == "missing") ? ExitStatus.Differs : ExitStatus.Done;
    }

    private static string Format(List<JsonElement> settings)
    {
        var lines = new StringBuilder();
        foreach (var setting in settings)
        {
            var (name, status, seen) = (Text(setting, "name"), Text(setting, "status"), Text(setting, "seen") ?? "-");
            lines.Append($"{status,-8} {name} = {seen}");
            lines.Append(Text(setting, "wanted") is { } wanted && wanted != seen ? $", wanted {wanted}" : "");
            lines.Append(Text(setting, "previous") is { } previous ? $", set by Gorb, was {previous}" : "").Append('\n');
            if (status is "missing" or "restored")
            {
                lines.Append($"         {Text(setting, "loss")}\n         {Text(setting, "command")}\n");
            }

            if (Text(setting, "obstacle") is { } obstacle)
            {
                lines.Append($"         Gorb cannot set it: {obstacle}\n");
            }
        }

        return lines.ToString();
    }

    private static string? Text(JsonElement setting, string name) => setting.TryGetProperty(name, out var value) ? value.GetString() : null;
}
