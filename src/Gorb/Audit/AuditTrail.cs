using System.Buffers;
using System.Text;
using System.Text.Json;
using Gorb.Model;
using Gorb.Model.Text;

namespace Gorb.Audit;

/// <summary>
/// Records who changed what: in the log, in memory, and in the audit file if there is one. One pool thread at a time makes the lines, writes and flushes those of all batches that
/// wait, while the writer goes on with the next batch. With a file, the requests are answered afterwards. Without one they are answered meanwhile: to show what a document of ten thousand
/// backends changed takes five times as long as to make the change.
/// </summary>
internal sealed partial class AuditTrail(AuditFile? file, AuditMemory memory, EventHub hub, TimeProvider time, ILogger<AuditTrail> logger) : IAuditTrail, IHostedService, IDisposable
{
    /// <summary>The length from which a line is kept in memory without the members that were changed.</summary>
    private const int MaxRemembered = 64 * 1024;

    private const int MaxReason = 500;

    /// <summary>The number of changes that a line of the log names.</summary>
    private const int MaxLogged = 3;

    private readonly ILogger _logger = logger;
    private readonly RefusalBudget _ofClients = new(time, perSecond: 20, burst: 200);
    private readonly RefusalBudget _ofStrangers = new(time, perSecond: 5, burst: 50);
    private readonly Lock _queueLock = new();
    private readonly Lock _writeLock = new();

    /// <summary>Lines that are not on the disk yet.</summary>
    private readonly ArrayBufferWriter<byte> _owed = new();

    private List<Entry> _waiting = [];
    private bool _isWorking;
    private volatile StateException? _fault;
    private long _lastId;

    /// <exception cref="SettingException">The audit file cannot be used.</exception>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        try
        {
            file?.Prepare();
            return Task.CompletedTask;
        }
        catch (StateException error)
        {
            throw new SettingException(error.Message, error);
        }
    }

    public async Task StopAsync(CancellationToken cancellationToken) => await SettleAsync().WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    /// <summary>Waits until everything that was answered is in memory.</summary>
    public Task SettleAsync() => file is null ? Post(static () => { }) : Task.CompletedTask;

    public void Dispose() => file?.Dispose();

    /// <summary>Opens the audit file anew. When that fails, the former file stays in use.</summary>
    public void Reopen()
    {
        try
        {
            file?.Reopen();
        }
        catch (StateException error)
        {
            LogNotReopened(error.Message);
        }
    }

    public void Prepare()
    {
        file?.Prepare();
        if (_fault is not null)
        {
            lock (_writeLock)
            {
                WriteOwed();
            }
        }
    }

    public Task RecordAsync(IReadOnlyList<AuditedChange> changes)
    {
        var now = time.GetUtcNow();
        return changes.Count == 0 ? Task.CompletedTask : Answer(Post(() =>
        {
            foreach (var change in changes)
            {
                var (words, data) = AuditChanges.Of(change);
                if (data.Count > 0)
                {
                    Add(Line(change.Origin, now, data));
                    LogChange(change.Origin.Actor, Place(change.Origin.Request), Shorten(words));
                }
            }
        }));
    }

    public Task RecordAsync(ChangeOrigin origin)
    {
        var now = time.GetUtcNow();
        return Post(() =>
        {
            Add(Line(origin, now, null));
            LogChange(origin.Actor, Place(origin.Request), $"{origin.Request?.Method} {origin.Request?.Path}");
        });
    }

    public async Task RecordAsync(AuditedRefusal refusal)
    {
        if (!(refusal.Actor is null ? _ofStrangers : _ofClients).TryTake(out var skipped))
        {
            return;
        }

        var (now, trace, reason) = (time.GetUtcNow(), refusal.Trace, PlainText.Shorten(refusal.Reason, MaxReason));
        try
        {
            await Post(() =>
            {
                Add(new AuditView(
                    NextId(now), now, refusal.Actor, trace.From, trace.Id, trace.Method, trace.Path, null, refusal.Status < StatusCodes.Status500InternalServerError ? "refused" : "failed",
                    refusal.Status, reason, Unrecorded: skipped == 0 ? null : skipped));
                LogRefusal(trace.Method, trace.Path, refusal.Actor ?? "an unknown client", Place(trace), refusal.Status, reason);
            }).ConfigureAwait(false);
        }
        catch (StateException)
        {
            return; // logged, and the line is written later
        }

        hub.Publish(_ => [new Event("refused", now, null, null, $"{trace.Method} {trace.Path}: {refusal.Status} {reason}") { Actor = refusal.Actor, From = trace.From, Request = trace.Id }]);
    }

    /// <summary>What an answer waits for.</summary>
    private Task Answer(Task recorded) => file is null ? Task.CompletedTask : recorded;

    private Task Post(Action add)
    {
        var entry = new Entry(add, new TaskCompletionSource());
        lock (_queueLock)
        {
            _waiting.Add(entry);
            if (!_isWorking)
            {
                _isWorking = true;
                ThreadPool.UnsafeQueueUserWorkItem(static trail => trail.Work(), this, preferLocal: false);
            }
        }

        return entry.Done.Task;
    }

    private void Work()
    {
        while (true)
        {
            List<Entry> entries;
            lock (_queueLock)
            {
                (entries, _waiting) = (_waiting, []);
                if (entries.Count == 0)
                {
                    _isWorking = false;
                    return;
                }
            }

            Write(entries);
        }
    }

    private void Write(List<Entry> entries)
    {
        Exception? failure = null;
        try
        {
            lock (_writeLock)
            {
                entries.ForEach(static entry => entry.Add());
                WriteOwed();
            }
        }
        catch (Exception error) // a defect in one line must not leave the other requests without an answer
        {
            failure = error;
            if (file is null)
            {
                LogDefect(error); // nobody waits
            }
        }

        foreach (var entry in entries)
        {
            if (failure is null)
            {
                entry.Done.SetResult();
            }
            else
            {
                entry.Done.SetException(failure);
            }
        }
    }

    /// <summary>Writes the lines that are not on the disk.</summary>
    /// <exception cref="StateException">They cannot be written, and stay owed.</exception>
    private void WriteOwed()
    {
        if (file is null || _owed.WrittenCount == 0)
        {
            return;
        }

        try
        {
            file.Append(_owed.WrittenSpan);
            file.Flush();
            _owed.ResetWrittenCount();
            if (_fault is not null)
            {
                _fault = null;
                LogWritten();
            }
        }
        catch (StateException error)
        {
            if (_fault?.Message != error.Message)
            {
                LogNotWritten(error.Message);
            }

            _fault = error;
            throw;
        }
    }

    private AuditView Line(ChangeOrigin origin, DateTimeOffset now, IReadOnlyList<AuditChange>? changes) => new(
        NextId(now), now, origin.Actor, origin.Request?.From, origin.Request?.Id, origin.Request?.Method, origin.Request?.Path, origin.Source, "ok", Changes: changes);

    private long NextId(DateTimeOffset now) => _lastId = Math.Max(_lastId + 1, (now - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond);

    private void Add(AuditView line)
    {
        var isLong = line.Changes is { Count: > AuditChanges.MaxDetailed };
        var text = isLong && file is null ? null : Write(line);
        memory.Add(line.Id, text is { Length: <= MaxRemembered } ? text : Write(Brief(line)));
        if (file is not null)
        {
            _owed.Write(text);
            _owed.Write("\n"u8);
        }
    }

    private static AuditView Brief(AuditView line) => line with
    {
        Changes = [.. line.Changes!.Take(MaxLogged).Select(static change => change with { Members = null })],
        More = line.Changes!.Count > MaxLogged ? line.Changes.Count - MaxLogged : null,
    };

    private static byte[] Write(AuditView line) => Encoding.UTF8.GetBytes(PlainText.EscapeJson(JsonSerializer.Serialize(line, AuditJson.Plain.AuditView)));

    private static string Shorten(IReadOnlyList<string> words) =>
        $"{string.Join("; ", words.Take(MaxLogged).Select(static one => PlainText.Shorten(one, MaxReason)))}{(words.Count > MaxLogged ? $"; and {words.Count - MaxLogged} more" : "")}";

    private static string Place(RequestTrace? trace) => trace is null ? "this daemon" : $"{trace.From}, request {trace.Id}";

    [LoggerMessage(3300, LogLevel.Information, "Change by {Actor} ({From}): {Changes}")]
    private partial void LogChange(string actor, string from, string changes);

    [LoggerMessage(3301, LogLevel.Information, "Refused {Method} {Path} of {Actor} ({From}): {Status} {Reason}")]
    private partial void LogRefusal(string method, string path, string actor, string from, int status, string reason);

    [LoggerMessage(3302, LogLevel.Error, "Changes are refused until they can be recorded: {Reason}")]
    private partial void LogNotWritten(string reason);

    [LoggerMessage(3303, LogLevel.Information, "The audit file has all lines again; changes are taken")]
    private partial void LogWritten();

    [LoggerMessage(3304, LogLevel.Error, "The audit goes on in the file that was open before: {Reason}")]
    private partial void LogNotReopened(string reason);

    [LoggerMessage(3305, LogLevel.Error, "Changes could not be recorded")]
    private partial void LogDefect(Exception error);

    private sealed record Entry(Action Add, TaskCompletionSource Done);
}
