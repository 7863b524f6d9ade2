using System.Threading.Channels;
using Gorb.Client;
using Gorb.Logging;
using Gorb.Model.Merging;
using Gorb.Model.Text;
using Gorb.Names;

namespace Gorb.Sources.Docker;

/// <summary>
/// Follows a Docker engine. On each event, and at a regular interval, the service reads the whole list of containers and declares their claims to each Gorb.
/// The result does not depend on events: events only trigger the next reading, and announce which containers are about to stop.
/// </summary>
internal sealed partial class DockerLinkService(
    DockerLinkOptions options, IEngine engine, WantedReader reader, DirectRouting directRouting, IHostApplicationLifetime program, TimeProvider time,
    ILogger<DockerLinkService> logger) : BackgroundService
{
    private static readonly TimeSpan Retry = TimeSpan.FromSeconds(1);

    /// <summary>The request time-out: the longest time for which an unresponsive Gorb delays the others.</summary>
    private static readonly TimeSpan MaxAnswerTime = TimeSpan.FromSeconds(10);

    /// <summary>How long the link waits for more events after a container start, so that containers that start together share one declaration.</summary>
    private static readonly TimeSpan BatchWindow = TimeSpan.FromMilliseconds(50);

    /// <summary>The actions of a starting container. Any other action may remove a backend and is handled at once.</summary>
    private static readonly string[] StartActions = ["create", "connect", "attach", "start"];

    private readonly TerminatingContainers _endings = new(time);
    private readonly ImageNames _images = new(engine);
    private readonly RepeatFilter _labelErrors = new();
    private readonly RepeatFilter _engineFailures = new();
    private IReadOnlyList<Container> _former = [];
    private IReadOnlyList<Container> _listed = [];
    private volatile ChannelWriter<EngineEvent>? _events;
    private bool _isRefreshDue;

    /// <summary>Makes the link read the containers and declare everything at once. Thread-safe.</summary>
    public void AskForSync()
    {
        Volatile.Write(ref _isRefreshDue, true);
        _events?.TryWrite(new EngineEvent("", "sync", null)); // any event triggers a reading of the list
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var gorbs = new List<GorbLink>();
        try
        {
            await StartedAsync(stoppingToken); // with --docker, the Gorb is this process
            while (true)
            {
                try
                {
                    await FollowAsync(gorbs, stoppingToken);
                }
                catch (EngineException error)
                {
                    if (_engineFailures.IsNew(error.Message))
                    {
                        LogNoEngine(error.Message);
                    }
                }
                catch (Exception error) when (!stoppingToken.IsCancellationRequested) // a defect of the link must not end the daemon
                {
                    LogFailed(error);
                }

                await Task.Delay(Retry, time, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            return;
        }
        finally
        {
            gorbs.ForEach(gorb => gorb.Dispose());
        }
    }

    private async Task StartedAsync(CancellationToken stop)
    {
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = program.ApplicationStarted.Register(started.SetResult);
        await started.Task.WaitAsync(stop);
    }

    private async Task FollowAsync(List<GorbLink> gorbs, CancellationToken stop)
    {
        var info = await engine.GetInfoAsync(stop);
        if (gorbs.Count == 0)
        {
            gorbs.AddRange(options.Gorbs.Select(url => Link(url, SourceName.OfDocker(info.Name))));
        }

        using var following = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var events = Channel.CreateUnbounded<EngineEvent>();
        _events = events.Writer;
        var watching = WatchAsync(info.Now, events.Writer, following.Token);
        try
        {
            _engineFailures.End();
            _endings.Forget();
            LogFollowing(info.Name, gorbs.Count);
            await FollowAsync(gorbs, events.Reader, stop);
        }
        finally
        {
            await following.CancelAsync();
            await watching;
        }
    }

    private GorbLink Link(Uri url, string source)
    {
        var resolver = new ClaimResolver(source, options.Rules, () => UnixSocketUrl.TryGetPath(url, out _) || LocalHost.Is(url.IdnHost), static () => Listener.Read("/proc/net"));
        var client = new DeclaringClient(new GorbClient(url, MaxAnswerTime, HostResolver.Shared, token: options.Token(source), tls: options.Tls), source);
        return new GorbLink(client, source, resolver, Duration.Format(options.Grace), logger);
    }

    private async Task FollowAsync(List<GorbLink> gorbs, ChannelReader<EngineEvent> events, CancellationToken stop)
    {
        long? refreshedAt = null;
        while (true)
        {
            var containers = await _images.RestoreAsync(await engine.ListAsync(stop), stop);
            (_former, _listed) = (_listed, containers);
            var isDue = Interlocked.Exchange(ref _isRefreshDue, false) || refreshedAt is not { } since || time.GetElapsedTime(since) >= options.Resync;
            refreshedAt = isDue ? time.GetTimestamp() : refreshedAt;
            await SyncAsync(gorbs, containers, isDue, stop);
            while (await HearAsync(events, gorbs.Exists(gorb => gorb.IsBehind) ? Retry : options.Resync, stop))
            {
                // A container is being stopped. The list does not show that, and its backend is quiesced without waiting for the next reading.
                await SyncAsync(gorbs, containers, refresh: false, stop);
            }
        }
    }

    private async Task SyncAsync(List<GorbLink> gorbs, IReadOnlyList<Container> containers, bool refresh, CancellationToken stop)
    {
        var claims = reader.Read(_endings.Alive(containers), _endings.QuiesceReasons, _former.Concat(containers));
        foreach (var complaint in _labelErrors.Update(claims.Complaints))
        {
            LogComplaint(complaint);
        }

        await directRouting.PrepareAsync(claims, stop);
        await Task.WhenAll(gorbs.Select(gorb => gorb.SyncAsync(claims, refresh, stop)));
    }

    /// <summary>Waits for the next event, at most for the given time.</summary>
    /// <returns>True when a container was told to stop and no other event arrived, so that the list need not be read again.</returns>
    private async Task<bool> HearAsync(ChannelReader<EngineEvent> events, TimeSpan limit, CancellationToken stop)
    {
        using var waiting = CancellationTokenSource.CreateLinkedTokenSource(stop);
        waiting.CancelAfter(limit);
        try
        {
            await events.WaitToReadAsync(waiting.Token);
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            return false; // the time is up: read the list again
        }

        var before = _endings.QuiesceReasons.Count;
        var (isKillOnly, isStartOnly) = await NoteAsync(events, stop);
        if (isStartOnly)
        {
            await Task.Delay(BatchWindow, time, stop);
            await NoteAsync(events, stop);
        }

        await (events.Completion.IsCompleted ? events.Completion : Task.CompletedTask); // throws the exception that ended the stream
        return isKillOnly && _endings.QuiesceReasons.Count > before;
    }

    /// <summary>Records the events that have arrived.</summary>
    /// <returns>Whether all events are kills, and whether all events belong to starting containers.</returns>
    private async Task<(bool IsKillOnly, bool IsStartOnly)> NoteAsync(ChannelReader<EngineEvent> events, CancellationToken stop)
    {
        var (isKillOnly, isStartOnly) = (true, events.TryPeek(out _));
        while (events.TryRead(out var happened))
        {
            isKillOnly &= happened.Action == "kill";
            isStartOnly &= StartActions.Contains(happened.Action);
            await NoteAsync(happened, stop);
        }

        return (isKillOnly, isStartOnly);
    }

    private async Task NoteAsync(EngineEvent happened, CancellationToken stop)
    {
        var mayStop = happened is { Action: "kill", Signal: not (SignalName.Kill or SignalName.Term) };
        var details = mayStop ? await engine.InspectAsync(happened.Id, stop) : null;
        _endings.Note(happened, details?.StopSignal ?? SignalName.Term);
        directRouting.Note(happened);
    }

    private async Task WatchAsync(DateTimeOffset since, ChannelWriter<EngineEvent> events, CancellationToken stop)
    {
        try
        {
            await engine.WatchAsync(since, happened => events.TryWrite(happened), stop);
        }
        catch (Exception error) when (error is EngineException or OperationCanceledException)
        {
            events.TryComplete(error);
        }
    }

    [LoggerMessage(1040, LogLevel.Information, "Following the Docker engine {Engine} for {Count} Gorb(s)")]
    private partial void LogFollowing(string engine, int count);

    [LoggerMessage(1041, LogLevel.Warning, "{Complaint}")]
    private partial void LogComplaint(string complaint);

    [LoggerMessage(1043, LogLevel.Error, "The link failed; beginning again")]
    private partial void LogFailed(Exception error);

    [LoggerMessage(1042, LogLevel.Error, "The Docker engine cannot be followed: {Reason}; trying again, and all stays as it is meanwhile")]
    private partial void LogNoEngine(string reason);
}
