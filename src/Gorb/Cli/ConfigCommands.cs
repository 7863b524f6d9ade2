using System.CommandLine;
using System.Text;
using System.Text.Json;
using Gorb.Client;
using Gorb.Documents;
using Gorb.Documents.Ipvsadm;
using Gorb.Documents.Yaml;
using Gorb.Model.Text;

namespace Gorb.Cli;

/// <summary><c>gorb get|apply|diff</c>, which read and write the document of a running daemon, and <c>gorb import</c>, which converts another program's configuration.</summary>
internal static class ConfigCommands
{
    public static IEnumerable<Command> Create()
    {
        var arguments = new DocumentArguments();

        var get = new Command("get", "Prints the wanted table, or the part of one source, as YAML.") { arguments.Server, arguments.Source, arguments.Secrets };
        get.SetAction((result, stop) => DaemonCall.RunAsync(
            arguments.Server.Read(result), new GorbRequest(HttpMethod.Get, $"/config{arguments.ReadPart(result)}") { Answer = GorbRequest.Yaml }, null, DaemonCall.PrintAsync, stop));

        var apply = new Command("apply", "Makes the part of a source what a document says, all or nothing. Exit status: 1 when other sources have some of it; others as of all verbs.")
        {
            arguments.File, arguments.Server, arguments.Source, arguments.NoPrune, arguments.KeepWeights, arguments.Quiet,
        };
        apply.SetAction((result, stop) => DaemonCall.RunAsync(
            arguments.Server.Read(result), new GorbRequest(HttpMethod.Put, $"/config{arguments.ReadQuery(result)}") { Answer = GorbRequest.Json }, arguments.ReadFile(result), PrintConflictsAsync, stop));

        var diff = new Command("diff", "Says what apply would change. Exit status: 0 for nothing, 1 for something; others as of all verbs.")
        {
            arguments.File, arguments.Server, arguments.Source, arguments.NoPrune, arguments.KeepWeights, arguments.Quiet,
        };
        diff.SetAction((result, stop) => DaemonCall.RunAsync(
            arguments.Server.Read(result), new GorbRequest(HttpMethod.Post, $"/config/diff{arguments.ReadQuery(result)}") { Answer = GorbRequest.Json }, arguments.ReadFile(result), text => PrintDiffAsync(text, arguments.ReadOutput(result)), stop));

        var ipvsadm = new Command("ipvsadm", "Prints lines for \"ipvsadm -R\", such as \"ipvsadm -Sn\" prints, as a document for apply.") { arguments.File };
        ipvsadm.SetAction((result, stop) => ImportAsync(arguments.ReadFile(result), stop));
        return [get, apply, diff, new Command("import", "Makes a document from another program's.") { ipvsadm }];
    }

    private static async Task<int> ImportAsync(string file, CancellationToken stop)
    {
        try
        {
            var text = Encoding.UTF8.GetString(ByteOrderMark.ToUtf8(await DaemonCall.ReadAsync(file, stop)).Span);
            var notes = new List<string>();
            var document = YamlWriter.Write(IpvsadmReader.Read(text.Split('\n'), notes: notes));
            foreach (var note in notes)
            {
                await Terminal.WriteErrorAsync($"gorb: {file}: {note}");
            }

            return await DaemonCall.PrintAsync(document);
        }
        catch (Exception error) when (error is FormatException or IOException or UnauthorizedAccessException)
        {
            return await DaemonCall.FailAsync($"{file}: {error.Message}");
        }
    }

    /// <summary>Prints a line for each conflict: an object that was not applied because another source owns it.</summary>
    private static async Task<int> PrintConflictsAsync(string text)
    {
        var conflicts = JsonSerializer.Deserialize(text, ConfigJson.Default.DeclarationView)?.Conflicts ?? throw new JsonException();
        foreach (var conflict in conflicts)
        {
            await Terminal.WriteErrorAsync($"gorb: {conflict.Service}{(conflict.Backend is null ? "" : $"/{conflict.Backend}")} waits: {conflict.Problem}");
        }

        return conflicts.Count == 0 ? ExitStatus.Done : ExitStatus.Differs;
    }

    private static async Task<int> PrintDiffAsync(string text, VerbOutput output)
    {
        var lines = JsonSerializer.Deserialize(text, ConfigJson.Default.DiffView)?.Summary ?? throw new JsonException();
        foreach (var line in lines)
        {
            await output.WriteLineAsync(line);
        }

        return lines.Count == 0 ? ExitStatus.Done : ExitStatus.Differs;
    }
}
