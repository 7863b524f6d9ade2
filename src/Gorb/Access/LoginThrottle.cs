using System.Net;
using Gorb.Platform;

namespace Gorb.Access;

/// <summary>
/// Slows down clients that send wrong tokens. Each failed login of an address waits longer for its answer than the one before, and only a few may wait at a time. A right token
/// is never slowed down, so an attacker behind the same address cannot lock other clients out. A token of 256 random bits cannot be guessed at any speed.
/// </summary>
internal sealed partial class LoginThrottle(TimeProvider time, ILogger<LoginThrottle> logger)
{
    /// <summary>Failures that are answered at once: a person who mistypes, or a script with an old token.</summary>
    private const int Free = 3;

    /// <summary>How many failed logins of an address may wait for their answers at a time.</summary>
    public const int MaxWaiting = 8;

    /// <summary>How many addresses are remembered. Beyond it, those that have been quiet longest are forgotten.</summary>
    private const int MaxAddresses = 4096;

    private const int MaxDoublings = 6;

    private static readonly TimeSpan FirstDelay = TimeSpan.FromMilliseconds(100);

    /// <summary>How long an address is remembered after its last failure.</summary>
    private static readonly TimeSpan Memory = TimeSpan.FromMinutes(10);

    private readonly ILogger _logger = logger;
    private readonly Lock _lock = new();
    private readonly Dictionary<IPAddress, Record> _records = [];

    /// <summary>Waits as long as the address has to wait after one more failure.</summary>
    /// <param name="client">The address; null for a client without one.</param>
    /// <param name="stop">The end of the connection.</param>
    /// <returns>False when too many logins of the address wait already.</returns>
    public async Task<bool> WaitAsync(IPAddress? client, CancellationToken stop)
    {
        var record = Note(ClientGroup.Of(client ?? IPAddress.None), out var delay);
        if (record is null)
        {
            return false;
        }

        try
        {
            if (delay > TimeSpan.Zero)
            {
                await Task.Delay(delay, time, stop);
            }

            return true;
        }
        finally
        {
            lock (_lock)
            {
                record.Waiting--;
            }
        }
    }

    private Record? Note(IPAddress address, out TimeSpan delay)
    {
        lock (_lock)
        {
            var now = time.GetUtcNow();
            if (!_records.TryGetValue(address, out var record) || now - record.LastFailure > Memory)
            {
                MakeRoom(now);
                _records[address] = record = new Record { Waiting = record?.Waiting ?? 0 };
            }

            record.Failures++;
            record.LastFailure = now;
            delay = record.Failures <= Free ? TimeSpan.Zero : FirstDelay * (1 << Math.Min(record.Failures - Free - 1, MaxDoublings));
            if (record.Failures == Free + 1)
            {
                LogSlowed(address); // once, until the address is forgotten
            }

            if (record.Waiting >= MaxWaiting)
            {
                return null;
            }

            record.Waiting++;
            return record;
        }
    }

    private void MakeRoom(DateTimeOffset now)
    {
        if (_records.Count < MaxAddresses)
        {
            return;
        }

        foreach (var (address, record) in _records.OrderBy(static entry => entry.Value.LastFailure).ToList())
        {
            if (now - record.LastFailure <= Memory && _records.Count < MaxAddresses)
            {
                break;
            }

            _records.Remove(address);
        }
    }

    private sealed class Record
    {
        public int Failures { get; set; }

        public int Waiting { get; set; }

        public DateTimeOffset LastFailure { get; set; }
    }

    [LoggerMessage(3111, LogLevel.Warning, "Several requests from {Address} had wrong tokens; answers to more of them are delayed")]
    private partial void LogSlowed(IPAddress address);
}
