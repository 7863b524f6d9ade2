using System.ComponentModel;
using System.IO.Pipelines;
using System.Net.Mime;
using System.Text.Json;
using Gorb.Access;
using Gorb.Documents;
using Gorb.Documents.Yaml;
using Gorb.Model;
using Gorb.Model.Merging;
using Gorb.Platform;
using Gorb.Sources;
using Gorb.Start;
using Gorb.Writer;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Mvc;

namespace Gorb.Api;

/// <summary>/config: the whole wanted table as one document.</summary>
internal static class ConfigEndpoints
{
    private const string Yaml = "application/yaml"; // RFC 9512

    private const string Prune = "True (default): what the document does not have is removed. False: it stays.";
    private const string KeepWeights = "True: backends that are there keep their weights. False (default): they get those of the document.";

    private const string Source = "Who declares the document: only what this source declared before, and the document does not have, is removed. Letters, digits, '.', '_' and '-', with '/' between parts. Default: api.";

    private static readonly string[] Query = ["prune", "keep_weights", "source"];

    /// <summary>The size from which a document counts as a bulk load (see <see cref="BulkLoadGc"/>).</summary>
    private const int LargeBytes = 100 * 1024;

    /// <summary>The time-out of an upload, and so the longest time for which an incomplete document holds its share of the budget.</summary>
    private static readonly TimeSpan MaxUpload = TimeSpan.FromSeconds(30);

    private static readonly UploadBudget Uploads = new();

    /// <summary>Serializes the reading of documents, which needs several times their size in memory. A document takes its turn after its upload is complete.</summary>
    private static readonly SemaphoreSlim Turn = new(1);

    public static void MapConfig(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/config").WithTags("config");
        group.MapGet("", GetAsync).Needs(Role.Read).WithMetadata(new LimitsItself()).WithName("getConfig").WithSummary("The whole wanted table as one document.")
            .WithDescription("YAML with Accept: application/yaml, else JSON. Put back, it changes nothing. With ?source=NAME it is the part that this source declared; "
                + "put back with the same source, it changes nothing. Secrets of checks are shown as ***, which keeps them when it is put back; with ?secrets=true (role admin) they are shown. The header ETag is the version of the document, for If-Match.").Takes("source", "secrets").Produces<ConfigBody>(200, MediaTypeNames.Application.Json, Yaml).Refuses(400);
        group.MapPut("", PutAsync).Needs(Role.Write).WithMetadata(new LimitsItself(), new DeclaresSource()).WithName("putConfig").WithSummary("Makes the part of a source what the document says, all or nothing.")
            .WithDescription("The body is {\"services\": {NAME: {members of a service, \"backends\": {NAME: {members of a backend}}}}}, in JSON or YAML; a weight of 0 is 0 here. "
                + "Entries that are the same are not touched. What other sources declare stays as it is: where the document wants it otherwise, they keep it, the rest is applied, and the "
                + "answer has the conflicts. An entry that has nothing but backends adds them to a service of another source.")
            .Takes([.. Query, "wait", "timeout"]).Reads<ConfigBody>(Yaml).WithMetadata(new DocumentSize()).Produces<DeclarationView>().Refuses(400, 412, 500, 503, 504, 507);
        group.MapPost("/diff", DiffAsync).Needs(Role.Read).WithMetadata(new LimitsItself()).WithName("diffConfig").WithSummary("What a PUT of the document would change, in words and as data; nothing is changed.")
            .WithDescription("Takes the same documents and options as PUT /config and refuses what that would refuse. summary has a line for each difference; an empty one means that nothing would change.")
            .Takes(Query).Reads<ConfigBody>(Yaml).WithMetadata(new DocumentSize()).Produces<DiffView>().Refuses(400, 503);
    }

    private static async Task<IResult> GetAsync(
        HttpRequest request, HttpResponse response, TableWriter tableWriter, [Description("The source whose part it is. Default: the whole table.")] string? source = null,
        [Description("True: secrets of checks are shown, as a backup needs them; for the role admin. Default: false.")] QueryFlag secrets = default)
    {
        var part = source is null ? null : ReadSource(source);
        var isOpen = secrets.Read("secrets", false);
        if (isOpen)
        {
            request.Authority().Demand(Role.Admin, "a document with secrets");
            response.Headers.CacheControl = "no-store";
        }

        response.Headers.Vary = "Accept";
        await SocketThread.LeaveAsync();
        var table = tableWriter.Current.Within(request.Authority().Scope);
        response.Headers.ETag = part is null ? EntityTags.Of(table) : EntityTags.OfPart(table, part);
        var document = part is null ? ConfigWriter.Write(table, isOpen) : ConfigWriter.WritePart(table, part, isOpen);
        return request.Headers.Accept.ToString().Contains("yaml", StringComparison.OrdinalIgnoreCase)
            ? TypedResults.Text(YamlWriter.Write(document), Yaml)
            : TypedResults.Json(document, ConfigJson.Default.JsonObject);
    }

    private static async Task<JsonHttpResult<DeclarationView>> PutAsync(
        HttpRequest request, ConfigReader reader, ITableWriter tableWriter, SourceLog log,
        [Description(Prune)] QueryFlag prune = default, [Description(KeepWeights)] QueryFlag keep_weights = default, [Description(Source)] string? source = null,
        [Description(ClusterWait.WaitDescription)] string? wait = null, [Description(ClusterWait.TimeoutDescription)] string? timeout = null,
        [FromHeader(Name = Precondition.Header), Description(Precondition.Description)] string? if_match = null)
    {
        var (options, all) = (Options(request, prune, keep_weights, source), ClusterWait.Read(request, wait, timeout));
        var aborted = request.HttpContext.RequestAborted;
        var condition = Precondition.Read(if_match, request.HttpContext.Response);
        var subject = TaggedObject.Config(request.Authority().Scope, source is null ? null : options.Source);
        var origin = request.Origin() with { Source = options.Source };
        IReadOnlyList<SourceConflict> conflicts = [];
        var change = log.NoteAsync(options.Source, async () =>
        {
            IReadOnlyList<string> refused = [];
            await ReadAsync(request, tableWriter, async (document, hosts) =>
            {
                var draft = reader.Read(document.Root, hosts, options, tableWriter.Current, aborted);
                refused = draft.Refused;
                conflicts = await DocumentChange.ApplyAsync(reader, draft, tableWriter, origin, table => condition.Check(subject, table, creates: true), aborted);
            });
            return refused;
        });
        await all.AfterAsync(change, service: null);
        return TypedResults.Json(new DeclarationView(conflicts), ApiJson.Plain.DeclarationView);
    }

    private static async Task<JsonHttpResult<DiffView>> DiffAsync(
        HttpRequest request, ConfigReader reader, ITableWriter tableWriter,
        [Description(Prune)] QueryFlag prune = default, [Description(KeepWeights)] QueryFlag keep_weights = default, [Description(Source)] string? source = null)
    {
        var options = Options(request, prune, keep_weights, source);
        var aborted = request.HttpContext.RequestAborted;
        var scope = request.Authority().Scope; // the document can free what claims of others wait for
        var transaction = new Transaction(tableWriter.Current, request.Origin() with { Source = options.Source });
        await ReadAsync(request, tableWriter, (document, hosts) =>
        {
            DocumentChange.Apply(reader, reader.Read(document.Root, hosts, options, transaction.After, aborted), transaction);
            AuthorityCheck.Check(transaction);
            transaction.ResolveClaims();
            return Task.CompletedTask;
        });
        return TypedResults.Json(ConfigDiff.Of(transaction.Before.Within(scope), transaction.After.Within(scope)), ConfigJson.Default.DiffView);
    }

    private static ConfigOptions Options(HttpRequest request, QueryFlag prune, QueryFlag keepWeights, string? source)
    {
        var client = request.Authority();
        var declared = source is null ? client.Scope.Source ?? SourceName.Api : ReadSource(source);
        client.DemandSource(declared);
        return new(prune.Read("prune", true), keepWeights.Read("keep_weights", false), declared);
    }

    private static string ReadSource(string source) => SourceName.Fault(source) is { } fault
        ? throw RequestException.Invalid(new Problem("source", ProblemList.Shorten(source), fault))
        : SourceName.Intern(source);

    private static async Task ReadAsync(HttpRequest request, ITableWriter tableWriter, Func<ConfigDocument, ConfigHosts, Task> use)
    {
        var aborted = request.HttpContext.RequestAborted;
        using var share = Uploads.Begin();
        using var bytes = new MemoryStream((int)Math.Min(request.ContentLength ?? 0, LargeBytes));
        await UploadAsync(request, bytes, share, aborted); // before its turn, so that a slow upload delays no other document
        var isLarge = bytes.Length >= LargeBytes;

        await Turn.WaitAsync(aborted);
        try
        {
            if (isLarge)
            {
                BulkLoadGc.Suspend(bytes.Length);
            }

            if (bytes.Length >= SocketThread.LongBodyBytes)
            {
                await SocketThread.LeaveAsync();
            }

            using var document = ConfigDocument.Read(bytes.GetBuffer().AsMemory(0, (int)bytes.Length), aborted);
            CheckScope(document.Root, request.Authority(), tableWriter.Current);
            await document.UseAsync(hosts => use(document, hosts), aborted);
        }
        finally
        {
            Turn.Release();
            if (isLarge)
            {
                BulkLoadGc.ReleaseSoon();
            }
        }
    }

    /// <summary>Refuses a document with services outside the client's scope before it is held against the table, so that the answer does not tell whether they exist.</summary>
    private static void CheckScope(JsonElement root, Authority client, Table table)
    {
        if (!client.Scope.IsAll && root.ValueKind == JsonValueKind.Object && root.TryGetProperty("services", out var services) && services.ValueKind == JsonValueKind.Object)
        {
            foreach (var service in services.EnumerateObject())
            {
                try
                {
                    client.DemandService(service.Name, table);
                }
                catch (RequestException refusal)
                {
                    throw refusal.At($"services.{service.Name}"); // a link leaves it out, and declares the others
                }
            }
        }
    }

    private static async Task UploadAsync(HttpRequest request, MemoryStream bytes, UploadBudget.Share share, CancellationToken aborted)
    {
        using var deadline = new CancellationTokenSource(MaxUpload, request.HttpContext.RequestServices.Get<TimeProvider>());
        using var end = CancellationTokenSource.CreateLinkedTokenSource(aborted, deadline.Token);
        try
        {
            await ReceiveAsync(request.BodyReader, bytes, share, end.Token);
        }
        catch (OperationCanceledException error) when (deadline.IsCancellationRequested && !aborted.IsCancellationRequested)
        {
            throw new BadHttpRequestException(
                $"the document did not arrive within {MaxUpload.TotalSeconds} s; send it faster, or in parts with prune=false", StatusCodes.Status408RequestTimeout, error);
        }
    }

    private static async Task ReceiveAsync(PipeReader body, MemoryStream bytes, UploadBudget.Share share, CancellationToken token)
    {
        ReadResult read;
        do
        {
            read = await body.ReadAsync(token);
            try
            {
                share.Take((int)read.Buffer.Length);
                foreach (var part in read.Buffer)
                {
                    bytes.Write(part.Span);
                }
            }
            finally
            {
                body.AdvanceTo(read.Buffer.End); // also after an error, so that the connection stays usable
            }
        }
        while (!read.IsCompleted);
    }

    /// <summary>The size limit of documents, which is larger than that of other bodies.</summary>
    private sealed class DocumentSize : IRequestSizeLimitMetadata
    {
        public long? MaxRequestBodySize => ConfigDocument.MaxBytes;
    }
}
