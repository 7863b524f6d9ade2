using System.CommandLine;
using System.Text;
using System.Text.Json;
using Gorb.Client;
using Gorb.Documents;
using Gorb.Documents.Ipvsadm;
using Gorb.Documents.Yaml;
using Gorb.Model.Text;

namespace Gorb.Cli;

/// <summary><c>gorb get|apply|diff</c>: the document of a running daemon; <c>gorb import</c>: one made from what others wrote.</summary>
internal static class ConfigCommands
{
    private const int Failed = 2;

    /// <summary>A large document takes the daemon its time.</summary>
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(100);

    public static IEnumerable<Command> Create()
    {
        var arguments = new DocumentArguments();

        var get = new Command("get", "Prints the wanted table as YAML.") { arguments.Server };
        get.SetAction((result, stop) => AskAsync(arguments.ReadServer(result), new GorbRequest(HttpMethod.Get, "/config") { Answer = GorbRequest.Yaml }, null, PrintAsync, stop));

        var apply = new Command("apply", "Makes the wanted table what a document says, all or nothing.") { arguments.File, arguments.Server, arguments.NoPrune, arguments.KeepWeights };
        apply.SetAction((result, stop) => AskAsync(
            arguments.ReadServer(result), new GorbRequest(HttpMethod.Put, $"/config{arguments.ReadQuery(result)}"), arguments.ReadFile(result), PrintAsync, stop));

        var diff = new Command("diff", "Says what apply would change: exits with 0 for nothing, 1 for something, 2 for an error.")
        {
            arguments.File, arguments.Server, arguments.NoPrune, arguments.KeepWeights,
        };
        diff.SetAction((result, stop) => AskAsync(
            arguments.ReadServer(result), new GorbRequest(HttpMethod.Post, $"/config/diff{arguments.ReadQuery(result)}") { Answer = GorbRequest.Json }, arguments.ReadFile(result), PrintDiffAsync, stop));

        var ipvsadm = new Command("ipvsadm", "Prints lines for \"ipvsadm -R\", such as \"ipvsadm -Sn\" prints, as a document for apply.") { arguments.File };
        ipvsadm.SetAction((result, stop) => ImportAsync(arguments.ReadFile(result), stop));
        return [get, apply, diff, new Command("import", "Makes a document from another program's.") { ipvsadm }];
    }

    private static async Task<int> AskAsync(Uri server, GorbRequest request, string? file, Func<string, Task<int>> print, CancellationToken stop)
    {
        using var client = new GorbClient(server, Timeout);
        try
        {
            return await print(await client.SendAsync(file is null ? request : request with { Body = await ReadAsync(file, stop) }, stop));
        }
        catch (GorbRefusalException refusal)
        {
            return await PrintRefusalAsync(refusal);
        }
        catch (JsonException error)
        {
            return await FailAsync($"{client.Odd(error).Message}; --server names another daemon");
        }
        catch (GorbException error)
        {
            return await FailAsync($"{error.Message}; --server names another daemon");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return await FailAsync(error.Message);
        }
    }

    private static async Task<int> ImportAsync(string file, CancellationToken stop)
    {
        try
        {
            var text = Encoding.UTF8.GetString(ByteOrderMark.ToUtf8(await ReadAsync(file, stop)).Span);
            var notes = new List<string>();
            var document = YamlWriter.Write(IpvsadmReader.Read(text.Split('\n'), notes: notes));
            foreach (var note in notes)
            {
                await Terminal.WriteErrorAsync($"gorb: {file}: {note}");
            }

            return await PrintAsync(document);
        }
        catch (Exception error) when (error is FormatException or IOException or UnauthorizedAccessException)
        {
            return await FailAsync($"{file}: {error.Message}");
        }
    }

    private static async Task<int> FailAsync(string reason)
    {
        await Terminal.WriteErrorAsync($"gorb: {reason}");
        return Failed;
    }

    private static async Task<byte[]> ReadAsync(string file, CancellationToken stop)
    {
        await using var input = file == "-" ? Console.OpenStandardInput() : File.OpenRead(file);
        using var bytes = new MemoryStream();
        await input.CopyToAsync(bytes, stop);
        return bytes.ToArray();
    }

    private static async Task<int> PrintAsync(string text)
    {
        await Terminal.WriteAsync(text);
        return 0;
    }

    private static async Task<int> PrintDiffAsync(string text)
    {
        var lines = JsonSerializer.Deserialize(text, ConfigJson.Default.DiffView)?.Summary ?? throw new JsonException();
        foreach (var line in lines)
        {
            await Terminal.WriteLineAsync(line);
        }

        return lines.Count == 0 ? 0 : 1;
    }

    /// <summary>One line a problem, with its place first, as compilers do.</summary>
    private static async Task<int> PrintRefusalAsync(GorbRefusalException refusal)
    {
        await Terminal.WriteErrorAsync($"gorb: {refusal.Message}");
        foreach (var detail in refusal.Details)
        {
            var place = detail.Line is { } line ? $"{line}:{detail.Column}: " : "";
            await Terminal.WriteErrorAsync($"  {place}{(detail.Field is null ? "" : $"{detail.Field} ")}{detail.Problem}");
        }

        return Failed;
    }
}
