using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using Gorb.Cli.Objects;
using Gorb.Client;
using Gorb.Documents.Yaml;
using Gorb.Model;

namespace Gorb.Cli.Write;

/// <summary><c>gorb edit</c>: opens the settings of a service or backend in an editor, and changes what was edited.</summary>
internal static class EditCommand
{
    /// <summary>The start of the lines that Gorb writes into the text. They are not part of it.</summary>
    private const string Note = "# gorb: ";

    public static Command Create()
    {
        var target = ObjectPath.NewArgument("The service or the backend.");
        var quiet = VerbOutput.NewOption();
        var server = new ServerArgument();
        var command = new Command("edit",
            "Opens the settings of a service or backend as YAML in $VISUAL or $EDITOR (else vi), says what differs afterwards, and changes that. What is refused is opened again with the problems as comments.")
        {
            target, quiet, server,
        };
        command.SetAction((result, stop) => DaemonCall.TalkAsync(server.Read(result), client => RunAsync(client, result.GetValue(target)!, new VerbOutput(result.GetValue(quiet)), stop)));
        return command;
    }

    private static async Task<int> RunAsync(GorbClient client, ObjectPath target, VerbOutput output, CancellationToken stop)
    {
        var json = (await client.GetAsync(target.Url, stop)).Required("options");
        var before = JsonNode.Parse(json.GetRawText())!.AsObject();
        using var editor = new TextEditor($"{target.Backend ?? target.Service}.yaml".Replace('/', '_'));
        var text = $"{Note}{target}. Lines that begin so are left out. A member without a line gets its default.\n{YamlWriter.Write(before)}";
        for (GorbRefusalException? refusal = null; ;)
        {
            var edited = Strip(await editor.EditAsync(text, stop));
            if (refusal is not null && edited == Strip(text))
            {
                editor.IsKept = true;
                await Terminal.WriteErrorAsync($"gorb: nothing is changed; the text is in {editor.Path}");
                return await DaemonCall.PrintRefusalAsync(refusal);
            }

            try
            {
                return await ApplyAsync(client, target, before, Parse(edited), output, stop);
            }
            catch (GorbRefusalException error) when (error.IsFinal && !error.IsForbidden)
            {
                refusal = error;
                text = $"{Notes(error)}{edited}";
            }
        }
    }

    private static async Task<int> ApplyAsync(GorbClient client, ObjectPath target, JsonObject before, JsonObject after, VerbOutput output, CancellationToken stop)
    {
        var members = before.Select(static member => member.Key).Union(after.Select(static member => member.Key)).Where(member => !JsonNode.DeepEquals(before[member], after[member])).ToList();
        if (members.Count == 0)
        {
            await output.WriteLineAsync($"{target} stays as it is");
            return ExitStatus.Done;
        }

        await client.PatchAsync(target, new JsonObject(members.Select(member => KeyValuePair.Create(member, after[member]?.DeepClone()))), stop);
        foreach (var member in members)
        {
            await output.WriteLineAsync($"change {target}: {member} from {Show(before[member])} to {Show(after[member])}");
        }

        return ExitStatus.Done;
    }

    /// <exception cref="GorbRefusalException">The text is not an object in YAML; told as the daemon tells problems.</exception>
    private static JsonObject Parse(string text)
    {
        try
        {
            return JsonNode.Parse(YamlReader.ToJson(text).Span) as JsonObject ?? throw new GorbRefusalException(System.Net.HttpStatusCode.BadRequest, new("the text must have members, as in \"method: wrr\"", null));
        }
        catch (RequestException error)
        {
            throw new GorbRefusalException(System.Net.HttpStatusCode.BadRequest, new(error.Message, null));
        }
    }

    private static string Notes(GorbRefusalException refusal) => string.Concat(
        refusal.Details.Select(static detail => $"{detail.Field} {detail.Problem}".Trim()).Prepend(refusal.Message).Distinct().SelectMany(static problem => problem.Split('\n')).Select(static line => $"{Note}{line}\n"));

    private static string Strip(string text) => string.Join('\n', text.Split('\n').Where(static line => !line.StartsWith(Note, StringComparison.Ordinal)));

    private static string Show(JsonNode? value) => value is null ? "nothing" : value.GetValueKind() == JsonValueKind.String ? value.GetValue<string>() : value.ToJsonString();
}
