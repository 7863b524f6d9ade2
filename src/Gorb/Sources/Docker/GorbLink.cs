using Gorb.Logging;

namespace Gorb.Sources.Docker;

/// <summary>Keeps one Gorb in step with what the containers ask for.</summary>
internal sealed partial class GorbLink(GorbClient client, LinkPlanner planner, ClaimResolver resolver, TimeSpan grace, TimeProvider time, ILogger logger) : IDisposable
{
    private readonly ILogger _logger = logger;
    private readonly PendingDrains _departures = new();
    private readonly Dictionary<string, long> _desertedSince = new(StringComparer.Ordinal);
    private readonly RepeatFilter _refusals = new();
    private readonly RepeatFilter _troubles = new();
    private GorbTable? _table;
    private bool _isOutdated;

    /// <summary>True when the last exchange failed: it must be tried again soon.</summary>
    public bool IsBehind => _troubles.IsOngoing;

    /// <summary>In what time a deserted service is due to go, or null.</summary>
    public TimeSpan? NextDeparture => _desertedSince.Count == 0 ? null : grace - time.GetElapsedTime(_desertedSince.Values.Min());

    /// <param name="claims">What the containers ask for.</param>
    /// <param name="refresh">Ask the Gorb what it has, instead of believing that it has what it was told last.</param>
    /// <param name="stop">Ends it.</param>
    public async Task SyncAsync(Claims claims, bool refresh, CancellationToken stop)
    {
        try
        {
            if (refresh || _table is null)
            {
                _table = await client.ReadAsync(stop);
                await RecallAsync(resolver.Resolve(claims, _table), _table, stop);
            }

            _isOutdated = false;
            await SyncAsync(resolver.Resolve(claims, _table), _table, stop);
            if (_isOutdated)
            {
                _table = await client.ReadAsync(stop);
                await SyncAsync(resolver.Resolve(claims, _table), _table, stop);
            }

            if (_troubles.End())
            {
                LogReached(client.Url);
            }
        }
        catch (Exception error) when (error is HttpRequestException || (error is OperationCanceledException && !stop.IsCancellationRequested))
        {
            _table = null;
            var trouble = error.InnerException is { } inner ? $"{error.Message} ({inner.Message})" : error.Message;
            if (_troubles.IsNew(trouble))
            {
                LogUnreachable(client.Url, trouble);
            }
        }
    }

    public void Dispose() => client.Dispose();

    private async Task SyncAsync(Wanted wanted, GorbTable table, CancellationToken stop)
    {
        _departures.Learn(wanted);
        MarkDeserted(wanted, table);
        var complaints = wanted.Complaints.ToList();
        var isComplete = await SendAsync(LinkPlanner.PlanServices(wanted, table), table, complaints, stop);
        isComplete &= await SendAsync(planner.PlanBackends(wanted, table, _departures, complaints), table, complaints, stop);
        if (Overdue().Any())
        {
            table = await client.ReadAsync(stop); // somebody else may have given them backends since, which would go with them
            MarkDeserted(wanted, table);
            isComplete &= await SendAsync([.. Overdue()], table, complaints, stop);
        }

        _departures.Forget(wanted, table);
        MarkDeserted(wanted, table); // the grace of services whose last backend has just gone begins now
        foreach (var complaint in _refusals.Update(complaints))
        {
            LogRefused(client.Url, complaint);
        }

        _table = isComplete ? table : null;
    }

    /// <returns>True when Gorb has accepted them all.</returns>
    private async Task<bool> SendAsync(IEnumerable<LinkChange> changes, GorbTable table, List<string> complaints, CancellationToken stop)
    {
        var isComplete = true;
        foreach (var change in changes)
        {
            if (await client.SendAsync(change, stop) is { } refusal)
            {
                isComplete = false;
                if (refusal.Length == 0)
                {
                    _isOutdated = true; // the table that is believed is not what Gorb has
                    continue;
                }

                complaints.Add(change.Source is { } source ? $"container {source.Name}: {refusal}" : $"{change.Path}: {refusal}");
                continue;
            }

            table.Note(change);
            _departures.Note(change);
            LogDone(client.Url, change);
        }

        return isComplete;
    }

    /// <summary>Asks which backends already run empty for a link that was here before this one: the document only says that they get no new connections.</summary>
    private async Task RecallAsync(Wanted wanted, GorbTable table, CancellationToken stop)
    {
        foreach (var (service, backend) in planner.Idle(wanted, table, _departures))
        {
            if (await client.IsRunningEmptyAsync(service, backend, stop))
            {
                _departures.Begin(service, backend);
            }
        }
    }

    /// <summary>Notes since when services have been deserted.</summary>
    private void MarkDeserted(Wanted wanted, GorbTable table)
    {
        var deserted = LinkPlanner.Deserted(wanted, table).ToHashSet(StringComparer.Ordinal);
        foreach (var name in _desertedSince.Keys.Where(name => !deserted.Contains(name)).ToList())
        {
            _desertedSince.Remove(name);
        }

        foreach (var name in deserted)
        {
            _desertedSince.TryAdd(name, time.GetTimestamp());
        }
    }

    /// <summary>Removals of services that have been deserted for long enough.</summary>
    private IEnumerable<LinkChange> Overdue() => _desertedSince
        .Where(deserted => time.GetElapsedTime(deserted.Value) >= grace)
        .Select(deserted => new LinkChange(HttpMethod.Delete, deserted.Key, null, null));

    [LoggerMessage(1050, LogLevel.Information, "{Gorb}: {Change}")]
    private partial void LogDone(Uri gorb, LinkChange change);

    [LoggerMessage(1051, LogLevel.Warning, "{Gorb}: {Complaint}")]
    private partial void LogRefused(Uri gorb, string complaint);

    [LoggerMessage(1052, LogLevel.Error, "{Gorb} cannot be told: {Reason}; trying again")]
    private partial void LogUnreachable(Uri gorb, string reason);

    [LoggerMessage(1053, LogLevel.Information, "{Gorb} is reached again and has what the containers ask for")]
    private partial void LogReached(Uri gorb);
}
