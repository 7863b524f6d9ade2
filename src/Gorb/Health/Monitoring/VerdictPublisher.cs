using Gorb.Ipvs;
using Gorb.Model;
using Gorb.Writer;

namespace Gorb.Health.Monitoring;

/// <summary>
/// Verdicts on their way to the writer. Each service has a request of its own, so that what the kernel refuses of one holds up no other; what is refused
/// is tried again. Whoever uses it holds the lock.
/// </summary>
internal sealed partial class VerdictPublisher(Balancer balancer, Lock gate, SteadyClock clock, ILogger logger)
{
    /// <summary>How soon verdicts are posted again that the writer could not bring into the kernel.</summary>
    private static readonly TimeSpan RetryTime = TimeSpan.FromSeconds(1);

    private readonly HashSet<MonitoredBackend> _waiting = [];
    private readonly HashSet<MonitoredBackend> _refused = [];
    private readonly ILogger _logger = logger;
    private bool _isAwaiting;
    private DateTimeOffset _retryAt;

    /// <summary>Raised when the writer has answered, without the lock.</summary>
    public event Action? Answered;

    /// <summary>When refused verdicts are tried again; null when there are none.</summary>
    public DateTimeOffset? RetryAt => _refused.Count > 0 ? _retryAt : null;

    public void Add(MonitoredBackend changed) => _waiting.Add(changed);

    /// <summary>True when a <see cref="Post"/> would find nothing to do now, and no answer is awaited.</summary>
    public bool IsIdle(DateTimeOffset now) => !_isAwaiting && _waiting.Count == 0 && !(RetryAt <= now);

    /// <summary>Posts what there is, unless an answer is awaited: what changes meanwhile goes with the next post.</summary>
    /// <returns>What was posted.</returns>
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
        var posted = _waiting.Where(watched => !watched.IsForgotten).ToList();
        _waiting.Clear();
        _isAwaiting = true;
        _ = PostAsync([.. posted.GroupBy(watched => watched.Service).Select(group => new VerdictBatch([.. group], now))]);
        return posted;
    }

    private async Task PostAsync(List<VerdictBatch> letters)
    {
        // All are posted before the first answer is awaited, so that the writer takes them together.
        await Task.WhenAll(letters.ConvertAll(SendAsync)).ConfigureAwait(ConfigureAwaitOptions.ForceYielding); // completes outside the lock
        var refused = letters.FindAll(letter => letter.Refusal is not null);
        Report(refused);
        lock (gate)
        {
            _retryAt = RetryAt ?? (clock.Now + RetryTime);
            refused.ForEach(letter => _refused.UnionWith(letter.Watched));
            _isAwaiting = false; // before anybody is woken to post more
        }

        Answered?.Invoke();
    }

    private async Task SendAsync(VerdictBatch letter)
    {
        try
        {
            await balancer.ChangeAsync(new ChangeOrigin(Actors.Checks), letter.Edit).ConfigureAwait(false);
        }
        catch (Exception error) // the verdicts are as they are, whatever stands against them now
        {
            letter.Refusal = error;
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
            refused.Sum(letter => letter.Watched.Count),
            first is RequestException { Problems: [var problem, ..] } ? problem.Text : first.Message,
            refused.Find(letter => letter.Refusal is not RequestException)?.Refusal);
    }

    [LoggerMessage(2003, LogLevel.Error, "{Count} verdicts could not be brought into the kernel and will be tried again: {Reason}")]
    private partial void LogNotPosted(int count, string reason, Exception? unexpected);

    /// <summary>What is to be said of one service.</summary>
    private sealed class VerdictBatch(List<MonitoredBackend> watched, DateTimeOffset now)
    {
        private readonly string _service = watched[0].Service;
        private readonly List<(string, DestinationKey, BackendHealth)> _found = watched.ConvertAll(one => (one.Name, one.Backend.Spec.Key, one.Health(now)));

        public List<MonitoredBackend> Watched => watched;

        /// <summary>Why the writer did not take it, or null.</summary>
        public Exception? Refusal { get; set; }

        public void Edit(Transaction transaction) => transaction.PutHealth(_service, _found);
    }
}
