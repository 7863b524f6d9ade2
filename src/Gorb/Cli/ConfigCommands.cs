using System.CommandLine;
using System.Text;
using System.Text.Json;
using Gorb.Cli.Objects;
using Gorb.Client;
using Gorb.Documents;
using Gorb.Documents.Ipvsadm;
using Gorb.Documents.Yaml;
using Gorb.Model.Text;

namespace Gorb.Cli;

/// <summary><c>gorb apply|diff</c>, which write the document of a running daemon and compare with it, and <c>gorb import</c>, which converts another program's configuration.</summary>
internal static class ConfigCommands
{
    public static IEnumerable<Command> Create()
    {
        var arguments = new DocumentArguments();

        var all = WaitAllOption.Create();
        var dryRun = new Option<bool>("--dry-run") { Description = "Only say what would be done." };
        var apply = new Command("apply", "Makes the part of a source what a document says, all or nothing, and says what it did. Exit status: 1 when other sources have some of it; others as of all verbs.")
        {
            arguments.File, arguments.Server, arguments.Source, arguments.NoPrune, arguments.KeepWeights, dryRun, all, arguments.Quiet,
        };
        apply.SetAction((result, stop) => DaemonCall.TalkAsync(arguments.Server.Read(result), client => ApplyAsync(
            client, arguments.ReadFile(result), arguments.ReadQuery(result), WaitAllOption.Query(result.GetValue(all)), result.GetValue(dryRun), arguments.ReadOutput(result), stop)));

        var diff = new Command("diff", "Says what apply would change. Exit status: 0 for nothing, 1 for something; others as of all verbs.")
        {
            arguments.File, arguments.Server, arguments.Source, arguments.NoPrune, arguments.KeepWeights, arguments.Quiet,
        };
        diff.SetAction((result, stop) => DaemonCall.RunAsync(
            arguments.Server.Read(result), DiffRequest(arguments.ReadQuery(result)), arguments.ReadFile(result), text => PrintDiffAsync(text, arguments.ReadOutput(result)), stop));

        var ipvsadm = new Command("ipvsadm", "Prints lines for \"ipvsadm -R\", such as \"ipvsadm -Sn\" prints, as a document for apply.") { arguments.File };
        ipvsadm.SetAction((result, stop) => ImportAsync(arguments.ReadFile(result), stop));
        return [apply, diff, new Command("import", "Makes a document from another program's.") { ipvsadm }];
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

    /// <summary>Applies a document and prints what that changes. The changes are those against the table right before.</summary>
    private static async Task<int> ApplyAsync(GorbClient client, string file, string query, string wait, bool isDryRun, VerbOutput output, CancellationToken stop)
    {
        var body = await DaemonCall.ReadAsync(file, stop);
        var changes = output.IsQuiet && !isDryRun ? [] : Changes(await client.SendAsync(DiffRequest(query) with { Body = body }, stop));
        var status = isDryRun ? ExitStatus.Done
            : await PrintConflictsAsync(await client.SendAsync(new GorbRequest(HttpMethod.Put, $"/config{query}{(wait.Length == 0 ? "" : $"&{wait}")}") { Answer = GorbRequest.Json, Body = body }, stop));
        foreach (var change in changes)
        {
            await output.WriteLineAsync(change);
        }

        return status;
    }

    private static GorbRequest DiffRequest(string query) => new(HttpMethod.Post, $"/config/diff{query}") { Answer = GorbRequest.Json };

    private static IReadOnlyList<string> Changes(string diff) => JsonSerializer.Deserialize(diff, ConfigJson.Default.DiffView)?.Summary ?? throw new JsonException();

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
        var lines = Changes(text);
        foreach (var line in lines)
        {
            await output.WriteLineAsync(line);
        }

        return lines.Count == 0 ? ExitStatus.Done : ExitStatus.Differs;
    }
}
