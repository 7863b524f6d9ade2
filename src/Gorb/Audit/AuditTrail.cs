using Gorb.Logging;
using Gorb.Model;
using Gorb.Model.Text;

namespace Gorb.Audit;

/// <summary>
/// Records who changed what: in the log, in memory, and in the audit file if there is one. With a file, one pool thread at a time makes the lines, writes and flushes those of all batches
/// that wait, while the writer goes on with the next batch; the requests are answered afterwards. Without one, the objects before and after are kept: the log describes them on its own
/// thread, and the memory when it is read. Large changes are looked through on the pool thread: that takes longer than an answer may.
/// </summary>
internal sealed partial class AuditTrail : IAuditTrail, IHostedService, IDisposable
{
    private const int MaxReason = 500;

    private readonly AuditLines? _file;
    private readonly AuditMemory _memory;
    private readonly EventHub _hub;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly RefusalBudget _ofClients;
    private readonly RefusalBudget _ofStrangers;
    private readonly AuditQueue _queue;

    public AuditTrail(AuditFile? file, AuditMemory memory, EventHub hub, TimeProvider time, ILogger<AuditTrail> logger)
    {
        (_file, _memory, _hub, _time, _logger) = (file is null ? null : new AuditLines(file, logger), memory, hub, time, logger);
        _ofClients = new RefusalBudget(time, perSecond: 20, burst: 200);
        _ofStrangers = new RefusalBudget(time, perSecond: 5, burst: 50);
        _queue = new AuditQueue(Write);
    }

    /// <exception cref="SettingException">The audit file cannot be used.</exception>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        Start = _time.GetUtcNow();
        try
        {
            _file?.Prepare();
            return Task.CompletedTask;
        }
        catch (StateException error)
        {
            throw new SettingException(error.Message, error);
        }
    }

    /// <summary>When the daemon started. The memory begins there.</summary>
    public DateTimeOffset Start { get; private set; }

    /// <summary>The path of the audit file, which has the lines before the start; null without one.</summary>
    public string? FilePath => _file?.Location;

    public async Task StopAsync(CancellationToken cancellationToken) => await SettleAsync().WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    /// <summary>Waits until everything that was answered is in memory.</summary>
    public Task SettleAsync() => _file is null ? _queue.Post(static () => { }) : Task.CompletedTask;

    public void Dispose() => _file?.Dispose();

    /// <inheritdoc cref="AuditLines.Reopen"/>
    public void Reopen() => _file?.Reopen();

    public void Prepare() => _file?.Prepare();

    public string? Trouble()
    {
        try
        {
            Prepare();
            return null;
        }
        catch (StateException error)
        {
            return $"changes are refused, because they could not be recorded: {error.Message}";
        }
    }

    public Task RecordAsync(IReadOnlyList<AuditedChange> changes)
    {
        if (changes.Count == 0)
        {
            return Task.CompletedTask;
        }

        var now = _time.GetUtcNow();
        if (_file is not null)
        {
            return _queue.Post(() => Record(changes, now));
        }

        try
        {
            Remember(changes, now);
        }
        catch (Exception error) // the changes are made, and their requests must be answered
        {
            LogDefect(error);
        }

        return Task.CompletedTask;
    }

    public Task RecordAsync(ChangeOrigin origin)
    {
        var now = _time.GetUtcNow();
        return _queue.Post(() =>
        {
            Add(new AuditLine(Line(origin, now)), now);
            LogChange(origin.Actor, Place(origin.Request), new DeferredText(() => $"{origin.Request?.Method} {origin.Request?.Path}"));
        });
    }

    public async Task RecordAsync(AuditedRefusal refusal)
    {
        if (!(refusal.Actor is null ? _ofStrangers : _ofClients).TryTake(out var skipped))
        {
            return;
        }

        var (now, trace, reason) = (_time.GetUtcNow(), refusal.Trace, PlainText.Shorten(refusal.Reason, MaxReason));
        try
        {
            await _queue.Post(() =>
            {
                var line = new AuditView(
                    0, now, refusal.Actor, trace.From, trace.Id, trace.Method, trace.Path, null, refusal.Status < StatusCodes.Status500InternalServerError ? "refused" : "failed",
                    refusal.Status, reason, Unrecorded: skipped == 0 ? null : skipped);
                Add(new AuditLine(line), now);
                LogRefusal(trace.Method, trace.Path, refusal.Actor ?? "an unknown client", Place(trace), refusal.Status, reason);
            }).ConfigureAwait(false);
        }
        catch (StateException)
        {
            return; // logged, and the line is written later
        }

        _hub.Publish(_ => [new Event("refused", now, null, null, $"{trace.Method} {trace.Path}: {refusal.Status} {reason}") { Actor = refusal.Actor, From = trace.From, Request = trace.Id }]);
    }

    /// <summary>Writes the lines of changes, for the audit file.</summary>
    private void Record(IReadOnlyList<AuditedChange> changes, DateTimeOffset now)
    {
        foreach (var change in changes)
        {
            if (AuditChanges.Find(change) is { Count: > 0 } objects && Add(new AuditLine(Line(change.Origin, now), objects), now))
            {
                LogObjects(change.Origin, objects);
            }
        }
    }

    /// <summary>Keeps what was changed in memory. What is large is looked through later.</summary>
    private void Remember(IReadOnlyList<AuditedChange> changes, DateTimeOffset now)
    {
        foreach (var change in changes)
        {
            if (!AuditChanges.IsSmall(change))
            {
                var line = new AuditLine(Line(change.Origin, now), () => AuditChanges.Find(change));
                _memory.Add(line, now);
                var origin = change.Origin;
                _queue.Post(() => Complete(line, origin));
            }
            else if (AuditChanges.Find(change) is { Count: > 0 } objects)
            {
                _memory.Add(new AuditLine(Line(change.Origin, now), objects), now);
                LogObjects(change.Origin, objects);
            }
        }

        if (_memory.IsHeavy)
        {
            _queue.Post(_memory.Compact);
        }
    }

    private void Complete(AuditLine line, ChangeOrigin origin)
    {
        var objects = line.Objects;
        if (line.Text().Length == 0)
        {
            _memory.Remove(line);
        }
        else
        {
            _memory.Update(line);
            LogObjects(origin, objects);
        }
    }

    private void Write(IReadOnlyList<Action> adds)
    {
        try
        {
            if (_file is not null)
            {
                _file.Write(adds);
                return;
            }

            foreach (var add in adds)
            {
                add();
            }
        }
        catch (Exception error) when (_file is null) // no request waits for this batch and could report it
        {
            LogDefect(error);
            throw;
        }
    }

    private static AuditView Line(ChangeOrigin origin, DateTimeOffset now) => new(
        0, now, origin.Actor, origin.Request?.From, origin.Request?.Id, origin.Request?.Method, origin.Request?.Path, origin.Source, "ok");

    /// <returns>False when nothing differs that is shown, so that there is no line.</returns>
    private bool Add(AuditLine line, DateTimeOffset now)
    {
        _memory.Add(line, now);
        if (_file is null)
        {
            return true;
        }

        var text = line.Whole();
        if (text.Length == 0)
        {
            _memory.Remove(line);
            return false;
        }

        _memory.Update(line);
        _file.Add(text);
        return true;
    }

    private void LogObjects(ChangeOrigin origin, IReadOnlyList<ObjectDifference> objects) =>
        LogChange(origin.Actor, Place(origin.Request), new DeferredText(() => AuditChanges.Summarize(objects, MaxReason)));

    private static string Place(RequestTrace? trace) => trace is null ? "this daemon" : $"{trace.From}, request {trace.Id}";

    [LoggerMessage(3300, LogLevel.Information, "Change by {Actor} ({From}): {Changes}")]
    private partial void LogChange(string actor, string from, DeferredText changes);

    [LoggerMessage(3301, LogLevel.Information, "Refused {Method} {Path} of {Actor} ({From}): {Status} {Reason}")]
    private partial void LogRefusal(string method, string path, string actor, string from, int status, string reason);

    [LoggerMessage(3305, LogLevel.Error, "Changes could not be recorded")]
    private partial void LogDefect(Exception error);
}
