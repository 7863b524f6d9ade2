using System.CommandLine;
using System.CommandLine.Parsing;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Gorb.Documents;
using Gorb.Documents.Ipvsadm;
using Gorb.Documents.Yaml;
using Gorb.Model.Text;

namespace Gorb.Cli;

/// <summary><c>gorb get|apply|diff</c>: the document of a running daemon; <c>gorb import</c>: one made from what others wrote.</summary>
internal static class ConfigCommands
{
    private const int Failed = 2;

    public static IEnumerable<Command> Create()
    {
        var server = new Option<Uri>("--server", "-s")
        {
            Description = "The daemon's address.",
            HelpName = "URL",
            CustomParser = ParseServer,
            DefaultValueFactory = static _ => ListenAddress.DefaultUrl,
        };
        var file = new Argument<string>("FILE") { Description = "A document, YAML or JSON; \"-\" is standard input." };
        var noPrune = new Option<bool>("--no-prune") { Description = "Only add and change; what the document does not have stays." };
        var keepWeights = new Option<bool>("--keep-weights") { Description = "Backends that are there keep their weights." };

        var get = new Command("get", "Prints the wanted table as YAML.") { server };
        get.SetAction((result, stop) => AskAsync(result.GetValue(server)!, HttpMethod.Get, "/config", null, PrintAsync, stop));

        var apply = new Command("apply", "Makes the wanted table what a document says, all or nothing.") { file, server, noPrune, keepWeights };
        apply.SetAction((result, stop) => AskAsync(
            result.GetValue(server)!, HttpMethod.Put, $"/config{Query(result.GetValue(noPrune), result.GetValue(keepWeights))}", result.GetValue(file), PrintAsync, stop));

        var diff = new Command("diff", "Says what apply would change: exits with 0 for nothing, 1 for something, 2 for an error.") { file, server, noPrune, keepWeights };
        diff.SetAction((result, stop) => AskAsync(
            result.GetValue(server)!, HttpMethod.Post, $"/config/diff{Query(result.GetValue(noPrune), result.GetValue(keepWeights))}", result.GetValue(file), PrintDiffAsync, stop));

        var ipvsadm = new Command("ipvsadm", "Prints lines for \"ipvsadm -R\", such as \"ipvsadm -Sn\" prints, as a document for apply.") { file };
        ipvsadm.SetAction((result, stop) => ImportAsync(result.GetValue(file)!, stop));
        return [get, apply, diff, new Command("import", "Makes a document from another program's.") { ipvsadm }];
    }

    private static Uri? ParseServer(ArgumentResult result)
    {
        var text = result.Tokens[0].Value;
        var parsed = DaemonUrl.Parse(text);
        if (parsed is null)
        {
            result.AddError($"--server '{text}' is not the address of a daemon; write \"127.0.0.1:4672\" or \"http://lb.example:4672\".");
        }

        return parsed;
    }

    private static string Query(bool noPrune, bool keepWeights) => $"?prune={(noPrune ? "false" : "true")}&keep_weights={(keepWeights ? "true" : "false")}";

    private static async Task<int> AskAsync(Uri server, HttpMethod method, string path, string? file, Func<string, Task<int>> print, CancellationToken stop)
    {
        try
        {
            // The environment's proxy is for the world outside.
            using var http = new HttpClient(new SocketsHttpHandler { UseProxy = !server.IsLoopback }) { BaseAddress = server };
            using var request = new HttpRequestMessage(method, new Uri(path, UriKind.Relative));
            request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue(method == HttpMethod.Get ? "application/yaml" : "application/json"));
            request.Content = file is null ? null : new ByteArrayContent(await ReadAsync(file, stop));
            using var answer = await http.SendAsync(request, stop);
            var text = await answer.Content.ReadAsStringAsync(stop);
            return !answer.IsSuccessStatusCode ? await PrintErrorAsync(text)
                : IsGorbs(method, answer.Content.Headers.ContentType, text) ? await print(text)
                : throw new JsonException();
        }
        catch (Exception error) when (error is HttpRequestException or TaskCanceledException)
        {
            return await FailAsync($"{server} does not answer: {error.Message}; --server names another daemon");
        }
        catch (JsonException)
        {
            return await FailAsync($"{server} answers, but not as a Gorb does; --server names another daemon");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return await FailAsync(error.Message);
        }
    }

    /// <summary>False when another server answered: its pages are no document, and nothing was applied there.</summary>
    private static bool IsGorbs(HttpMethod method, MediaTypeHeaderValue? type, string text) =>
        method == HttpMethod.Get ? type?.MediaType == "application/yaml" : method != HttpMethod.Put || text.Length == 0;

    private static async Task<int> ImportAsync(string file, CancellationToken stop)
    {
        try
        {
            var text = Encoding.UTF8.GetString(ByteOrderMark.ToUtf8(await ReadAsync(file, stop)).Span);
            var notes = new List<string>();
            var document = YamlWriter.Write(IpvsadmReader.Read(text.Split('\n'), notes: notes));
            foreach (var note in notes)
            {
                await Console.Error.WriteLineAsync($"gorb: {file}: {note}");
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
        await Console.Error.WriteLineAsync($"gorb: {reason}");
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
        await Console.Out.WriteAsync(text);
        return 0;
    }

    private static async Task<int> PrintDiffAsync(string text)
    {
        var lines = JsonSerializer.Deserialize(text, ConfigJson.Default.DiffView)?.Summary ?? throw new JsonException();
        foreach (var line in lines)
        {
            await Console.Out.WriteLineAsync(line);
        }

        return lines.Count == 0 ? 0 : 1;
    }

    /// <summary>One line a problem, with its place first, as compilers do.</summary>
    private static async Task<int> PrintErrorAsync(string text)
    {
        var (error, details) = JsonSerializer.Deserialize(text, BodyJson.Default.ErrorView) is { Error: not null } view ? view : throw new JsonException();
        await Console.Error.WriteLineAsync($"gorb: {error}");
        foreach (var detail in details ?? [])
        {
            var place = detail.Line is { } line ? $"{line}:{detail.Column}: " : "";
            await Console.Error.WriteLineAsync($"  {place}{(detail.Field is null ? "" : $"{detail.Field} ")}{detail.Problem}");
        }

        return Failed;
    }
}
