using System.CommandLine;
using System.CommandLine.Parsing;
using System.Text.Json;
using System.Text.Json.Nodes;
using Gorb.Cli.Objects;
using Gorb.Client;
using Gorb.Documents.Yaml;

namespace Gorb.Cli.Show;

/// <summary><c>gorb get</c>: prints objects as a table or as data, and the wanted table as a document.</summary>
internal static class GetCommand
{
    public const string Config = "config";

    /// <summary>The name of the argument.</summary>
    public const string What = "WHAT";

    private const string Table = "table", Wide = "wide", Json = "json", Yaml = "yaml", Names = "name";

    private static readonly string[] Formats = [Table, Wide, Json, Yaml, Names];

    public static Command Create(TimeProvider time)
    {
        var documents = new DocumentArguments();
        var what = new Argument<string?>(What)
        {
            Description = $"services, SERVICE (its backends), SERVICE/BACKEND, sources, vips, directors (of a cluster) or config. Without it: the services on a terminal, and otherwise {Config}.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var format = new Option<string?>("--output", "-o") { Description = "The form: a table for people (wide: with all columns), the answers of the API, or names only. config is yaml or json.", HelpName = string.Join('|', Formats) };
        format.AcceptOnlyFromAmong(Formats);
        var watch = new Option<bool>("--watch", "-w") { Description = "Go on and print what changes." };
        var command = new Command("get", "Prints services, backends, sources or addresses; or the wanted table (config), or the part of one source, as a document for apply.")
        {
            what, format, watch, documents.Source, documents.Secrets, documents.Server,
        };
        command.Validators.Add(result =>
        {
            var part = DocumentArguments.Part(Word(result.GetResult(documents.Source)), result.GetValue(documents.Secrets));
            Check(result, Read(Word(result.GetResult(what)), Word(result.GetResult(format)), part), part, result.GetValue(watch));
        });
        command.SetAction((result, stop) =>
        {
            var part = DocumentArguments.Part(result.GetValue(documents.Source), result.GetValue(documents.Secrets));
            var request = Read(result.GetValue(what), result.GetValue(format), part);
            var server = documents.Server.Read(result);
            return request.Object == Config
                ? DaemonCall.RunAsync(server, new GorbRequest(HttpMethod.Get, $"/config{part}") { Answer = request.Format == Json ? GorbRequest.Json : GorbRequest.Yaml }, null, DaemonCall.PrintAsync, stop)
                : DaemonCall.TalkAsync(server, client => result.GetValue(watch) ? new Watch(client, request.Object, request.Format == Wide, time).RunAsync(stop) : PrintAsync(client, request, stop));
        });
        return command;
    }

    /// <summary>The word that was given; null for none, also where it is missing, which the parser tells.</summary>
    private static string? Word(SymbolResult? result) => result?.Tokens is [var token, ..] ? token.Value : null;

    /// <summary>What is printed, and how. The document stays the answer to a bare "gorb get" of scripts.</summary>
    private static GetRequest Read(string? what, string? format, string part)
    {
        var isDocument = what is null && (part.Length > 0 || format is Json or Yaml || (format is null && !Terminal.IsOutputTerminal));
        var chosen = what ?? (isDocument ? Config : Views.Services);
        return new GetRequest(chosen, format ?? (chosen == Config ? Yaml : Table));
    }

    private static void Check(CommandResult result, GetRequest request, string part, bool isWatching)
    {
        if (request.Object == Config && request.Format is not (Json or Yaml))
        {
            result.AddError($"-o {request.Format} is not for {Config}; write -o {Yaml} or -o {Json}.");
        }
        else if (request.Object == Config && isWatching)
        {
            result.AddError($"-w is not for {Config}; write \"gorb get {Views.Services} -w\", or \"gorb events -f\".");
        }
        else if (request.Object != Config && part.Length > 0)
        {
            result.AddError($"--source and --secrets are for {Config}; leave them out, or write \"gorb get {Config} ...\".");
        }
        else if (isWatching && request.Format is not (Table or Wide))
        {
            result.AddError($"-w prints a table; write -o {Table} or -o {Wide}, or leave -o out.");
        }
        else if (ObjectPath.Parse(request.Object) is null)
        {
            result.AddError($"'{request.Object}' is nothing to get; write {Views.Services}, {Views.Sources}, {Views.Vips}, {Views.Directors}, {Config}, SERVICE or SERVICE/BACKEND, as in web/b1.");
        }
    }

    private static async Task<int> PrintAsync(GorbClient client, GetRequest request, CancellationToken stop)
    {
        var view = await Views.ReadAsync(client, request.Object, request.Format == Wide, stop);
        switch (request.Format)
        {
            case Json:
                return await DaemonCall.PrintAsync(NamedObjects.Indent(view.Json));
            case Yaml:
                return await DaemonCall.PrintAsync(YamlWriter.Write(JsonNode.Parse(view.Json.GetRawText()) ?? throw new JsonException("The answer is null.")));
            case Names:
                return await DaemonCall.PrintAsync(string.Concat(view.Names.Select(static name => $"{name}\n")));
            default:
                await Terminal.WriteFormattedAsync(new TextTable(view.Columns).Format(view.Rows));
                return ExitStatus.Done;
        }
    }

    private sealed record GetRequest(string Object, string Format);
}
