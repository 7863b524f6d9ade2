using System.Text.Json.Nodes;
using Gorb.Client;
using Gorb.Logging;

namespace Gorb.Sources.Docker;

/// <summary>
/// Declares the containers' claims to one Gorb as one document. The Gorb finds the differences and applies them in one commit.
/// </summary>
/// <param name="client">The client of the Gorb.</param>
/// <param name="source">The source that the link declares.</param>
/// <param name="resolver">Resolves conflicts between containers.</param>
/// <param name="grace">How long a service stays after no container claims it any more, such as "1m".</param>
/// <param name="logger">The log.</param>
internal sealed partial class GorbLink(DeclaringClient client, string source, ClaimResolver resolver, string grace, ILogger logger) : IDisposable
{
    private readonly ILogger _logger = logger;
    private readonly RepeatFilter _complaints = new();
    private readonly RepeatFilter _failures = new();
    private readonly Dictionary<ObjectPath, (JsonObject Members, string Complaint)> _refused = [];
    private IReadOnlyDictionary<ObjectPath, JsonObject>? _declared;

    /// <summary>True when the last declaration failed and must be repeated soon.</summary>
    public bool IsBehind => _failures.IsOngoing;

    /// <summary>Declares the containers' claims. A failure is logged once, until its reason changes.</summary>
    /// <param name="claims">The claims of all containers.</param>
    /// <param name="refresh">Whether to retry the objects that the Gorb refused before.</param>
    /// <param name="stop">Cancels the requests.</param>
    public async Task SyncAsync(Claims claims, bool refresh, CancellationToken stop)
    {
        try
        {
            var table = await client.ReadAsync(stop);
            var wanted = resolver.Resolve(claims, table);
            if (refresh || IsBehind)
            {
                _refused.Clear();
            }

            var document = LinkDocument.Of(wanted, table, source, grace);
            await DeclareAsync(document, claims.Complaints, wanted.Complaints, stop);
            Note(document, table);
            if (_failures.End())
            {
                LogReached(client.Url);
            }
        }
        catch (GorbException error)
        {
            _declared = null;
            var failure = error is GorbRefusalException refusal ? $"{client.Url} refuses: {Refusal.Explain(refusal)}" : error.Message;
            if (_failures.IsNew(failure))
            {
                LogUnreachable(failure);
            }
        }
    }

    public void Dispose() => client.Dispose();

    /// <summary>Declares a document, and logs what is refused.</summary>
    /// <param name="document">The document.</param>
    /// <param name="labels">The errors in labels; the caller logs them, because they are the same for all Gorbs.</param>
    /// <param name="complaints">The claims that the document leaves out, each with the reason.</param>
    /// <param name="stop">Cancels the requests.</param>
    private async Task DeclareAsync(LinkDocument document, IReadOnlyList<string> labels, IReadOnlyList<string> complaints, CancellationToken stop)
    {
        LeaveOutRefused(document);
        var conflicts = await SendAsync(document, [.. labels, .. complaints], stop);
        var refusals = _refused.Values.Select(refused => refused.Complaint);
        var others = conflicts.Select(conflict => $"{(document.Find(conflict.Path)?.Source is { } asker ? $"container {asker.Name}: " : "")}{conflict.Path}: {conflict.Problem}");
        foreach (var complaint in _complaints.Update([.. complaints, .. refusals, .. others]))
        {
            LogRefused(client.Url, complaint);
        }
    }

    /// <summary>Declares a document, without the objects that the Gorb refuses.</summary>
    private async Task<IReadOnlyList<DeclaredConflict>> SendAsync(LinkDocument document, IReadOnlyList<string> leftOut, CancellationToken stop)
    {
        while (true)
        {
            try
            {
                return await client.DeclareAsync(document.ToJson([.. leftOut, .. _refused.Values.Select(static refused => refused.Complaint)]), stop);
            }
            catch (GorbRefusalException refusal) when (Refusal.Read(refusal, document) is { Count: > 0 } objects) // the loop ends, because each round removes an object
            {
                foreach (var (path, complaint) in objects)
                {
                    _refused[path] = (document.Find(path)!.Members, complaint);
                    document.LeaveOut(path);
                }
            }
        }
    }

    /// <summary>Removes the objects that the Gorb refused before, unless their members have changed since.</summary>
    private void LeaveOutRefused(LinkDocument document)
    {
        foreach (var (path, (members, _)) in _refused.ToList())
        {
            if (document.Find(path) is { } entry && JsonNode.DeepEquals(entry.Members, members))
            {
                document.LeaveOut(path);
            }
            else
            {
                _refused.Remove(path);
            }
        }
    }

    /// <summary>Logs the differences from the previous declaration.</summary>
    private void Note(LinkDocument document, GorbTable table)
    {
        var declared = document.Entries.ToDictionary(entry => entry.Key, entry => entry.Value.Members);
        var known = _declared?.Keys.ToHashSet() ?? table.Of(source).ToHashSet();
        foreach (var (path, members) in declared)
        {
            if (!known.Remove(path))
            {
                LogAdded(client.Url, path, members.ToJsonString());
            }
            else if (_declared?[path] is { } before && !JsonNode.DeepEquals(before, members))
            {
                LogChanged(client.Url, path, members.ToJsonString());
            }
        }

        foreach (var gone in known)
        {
            LogRemoved(client.Url, gone);
        }

        _declared = declared;
    }

    [LoggerMessage(1050, LogLevel.Information, "{Gorb}: added {Object}: {Members}")]
    private partial void LogAdded(Uri gorb, ObjectPath @object, string members);

    [LoggerMessage(1054, LogLevel.Information, "{Gorb}: changed {Object}: {Members}")]
    private partial void LogChanged(Uri gorb, ObjectPath @object, string members);

    [LoggerMessage(1055, LogLevel.Information, "{Gorb}: removed {Object}")]
    private partial void LogRemoved(Uri gorb, ObjectPath @object);

    [LoggerMessage(1051, LogLevel.Warning, "{Gorb}: {Complaint}")]
    private partial void LogRefused(Uri gorb, string complaint);

    [LoggerMessage(1052, LogLevel.Error, "{Failure}; the link tries again")]
    private partial void LogUnreachable(string failure);

    [LoggerMessage(1053, LogLevel.Information, "{Gorb} is reached again and has what the containers ask for")]
    private partial void LogReached(Uri gorb);
}
