using Gorb.Model;
using Gorb.Writer;

namespace Gorb.Health.Monitoring;

/// <summary>
/// Posts changed verdicts to the writer. Each service has its own request, so that a kernel refusal for backend service does not affect the others; refused
/// verdicts are posted again. Callers must hold the lock.
/// </summary>
internal sealed partial class VerdictPublisher(TableWriter tableWriter, Lock monitorLock, SteadyClock clock, ILogger logger)
{
    /// <summary>When to post verdicts again that the kernel refused.</summary>
    private static readonly TimeSpan RetryTime = TimeSpan.FromSeconds(1);

    private readonly HashSet<MonitoredBackend> _waiting = [];
    private readonly HashSet<MonitoredBackend> _refused = [];
    private readonly ILogger _logger = logger;
    private bool _isAwaiting;
    private DateTimeOffset _retryAt;

    /// <summary>Raised without the lock when the writer has answered.</summary>
    public event Action? Answered;

    /// <summary>When refused verdicts are posted again; null when there are none.</summary>
    public DateTimeOffset? RetryAt => _refused.Count > 0 ? _retryAt : null;

    public void Add(MonitoredBackend changed) => _waiting.Add(changed);

    /// <summary>True when a <see cref="Post"/> would find no work now and no answer is pending.</summary>
    public bool IsIdle(DateTimeOffset now) => !_isAwaiting && _waiting.Count == 0 && !(RetryAt <= now);

    /// <summary>Posts all changed verdicts unless an answer is pending; changes until then are posted together afterwards.</summary>
    /// <returns>The posted backends.</returns>
    public IReadOnlyCollection<MonitoredBackend> Post(DateTimeOffset now)
    {
        if (IsIdle(now) || _isAwaiting)
        {
            return [];
        }

        if (RetryAt <= now)
        {
            _waiting.UnionWith(_refused);
        }

        _refused.ExceptWith(_waiting);
        var posted = _waiting.Where(monitored => !monitored.IsRemoved).ToList();
        _waiting.Clear();
        _isAwaiting = true;
        _ = PostAsync([.. posted.GroupBy(monitored => monitored.Service).Select(group => new VerdictBatch([.. group], now))]);
        return posted;
    }

    private async Task PostAsync(List<VerdictBatch> batches)
    {
        // All requests are posted before the first answer is awaited, so that the writer commits them together.
        await Task.WhenAll(batches.ConvertAll(SendAsync)).ConfigureAwait(ConfigureAwaitOptions.ForceYielding); // complete outside the lock
        var refused = batches.FindAll(batch => batch.Refusal is not null);
        Report(refused);
        lock (monitorLock)
        {
            _retryAt = RetryAt ?? (clock.Now + RetryTime);
            refused.ForEach(batch => _refused.UnionWith(batch.Backends));
            _isAwaiting = false; // before the event, whose handlers may post again
        }

        Answered?.Invoke();
    }

    private async Task SendAsync(VerdictBatch batch)
    {
        try
        {
            await tableWriter.ChangeAsync(new ChangeOrigin(Actors.Checks), batch.Edit).ConfigureAwait(false);
        }
        catch (Exception error) // the verdicts stay as they are and are posted again
        {
            batch.Refusal = error;
        }
    }

    private void Report(List<VerdictBatch> refused)
    {
        if (refused.Count == 0)
        {
            return;
        }

        var first = refused[0].Refusal!;
        LogNotPosted(
            refused.Sum(batch => batch.Backends.Count),
            first is RequestException { Problems: [var problem, ..] } ? problem.Text : first.Message,
            refused.Find(batch => batch.Refusal is not RequestException)?.Refusal);
    }

    [LoggerMessage(2003, LogLevel.Error, "{Count} verdicts could not be applied to the kernel and will be retried: {Reason}")]
    private partial void LogNotPosted(int count, string reason, Exception? unexpected);

    /// <summary>The changed verdicts of one service.</summary>
    private sealed class VerdictBatch(List<MonitoredBackend> monitored, DateTimeOffset now)
    {
        private readonly string _service = monitored[0].Service;
        private readonly List<(string, BackendSpec, BackendHealth)> _healths = monitored.ConvertAll(backend => (backend.Name, backend.Backend.Spec, backend.Health(now)));

        public List<MonitoredBackend> Backends => monitored;

        /// <summary>Why the writer refused them; null when it applied them.</summary>
        public Exception? Refusal { get; set; }

        public void Edit(Transaction transaction) => transaction.PutHealth(_service, _healths);
    }
}
