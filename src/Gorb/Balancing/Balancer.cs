using System.Collections.Concurrent;
using Gorb.Ipvs;
using Gorb.Ipvs.Netlink;

namespace Gorb.Balancing;

/// <summary>
/// The one writer. Every change is posted to its mailbox; it drains the mailbox, applies the changes to the wanted table in order and
/// brings the difference into the kernel as one batch. Readers see <see cref="Current"/>, an immutable table, and wait for nobody.
/// </summary>
internal sealed partial class Balancer : IHostedService, IDisposable
{
    private readonly IIpvsClient _client;
    private readonly BalancerOptions _options;
    private readonly ILogger<Balancer> _logger;
    private readonly BlockingCollection<Request> _mailbox = [];
    private readonly Thread _writer;
    private volatile Table _current = Table.Empty;

    public Balancer(IpvsClientFactory clients, BalancerOptions options, ILogger<Balancer> logger)
    {
        _client = clients.Create();
        _options = options;
        _logger = logger;
        // Netlink work is done inside the system call, so it gets a thread of its own instead of one of the pool's.
        _writer = new Thread(Write) { IsBackground = true, Name = "balancer" };
    }

    /// <summary>The wanted table as of the last batch; all of it is in the kernel.</summary>
    public Table Current => _current;

    /// <summary>Posts a change and waits until it is in the kernel.</summary>
    /// <param name="edit">Changes the transaction's table, or throws <see cref="RequestException"/>. Runs on the writer, perhaps twice.</param>
    /// <exception cref="RequestException">The change was refused and nothing of it is left.</exception>
    public Task ChangeAsync(Action<Transaction> edit)
    {
        var request = new Request(edit);
        try
        {
            _mailbox.Add(request);
        }
        catch (InvalidOperationException stopped)
        {
            throw new RequestException(Refusal.Unavailable, "the daemon is stopping", [], stopped);
        }

        return request.Done;
    }

    public Task StartAsync(CancellationToken cancellationToken)
    {
        Prepare();
        _writer.Start();
        return Task.CompletedTask;
    }

    /// <summary>Finishes what was posted; the kernel's table stays as it is.</summary>
    public Task StopAsync(CancellationToken cancellationToken)
    {
        _mailbox.CompleteAdding();
        return Task.Run(_writer.Join, cancellationToken);
    }

    public void Dispose()
    {
        _mailbox.Dispose();
        _client.Dispose();
    }

    private void Prepare()
    {
        try
        {
            var info = _client.GetInfo();
            LogKernel(info.Version, info.ConnectionTableSize);
            if (_options.FlushAtStart)
            {
                _client.Flush();
                LogFlushed();
            }
        }
        catch (Exception error) when (error is IpvsException or NetlinkException)
        {
            LogNoKernel(error.Message); // requests will say so too, and /readyz; the module may be loaded at any time
        }
    }

    private void Write()
    {
        var batch = new List<Request>();
        while (_mailbox.TryTake(out var first, Timeout.Infinite))
        {
            batch.Add(first);
            while (batch.Count < _options.MostRequestsPerBatch && _mailbox.TryTake(out var next))
            {
                batch.Add(next);
            }

            WriteBatch(batch);
            batch.Clear();
        }
    }

    private void WriteBatch(List<Request> batch)
    {
        var commit = new Commit(_current, batch, new KernelTable(_client));
        try
        {
            commit.Run();
            _current = commit.After;
            commit.Complete();
        }
        catch (Exception error) // the writer outlives whatever a batch runs into; everybody in it is told
        {
            LogBatchFailed(error, batch.Count);
            foreach (var request in batch)
            {
                request.Fail(KernelErrors.Translate(error));
            }
        }
    }

    [LoggerMessage(1001, LogLevel.Information, "Kernel IPVS {Version}, connection table of {Buckets} buckets")]
    private partial void LogKernel(Version version, uint buckets);

    [LoggerMessage(1002, LogLevel.Warning, "Flushed the kernel's IPVS table, as option -f asks")]
    private partial void LogFlushed();

    [LoggerMessage(1003, LogLevel.Error, "Kernel IPVS cannot be used: {Reason}")]
    private partial void LogNoKernel(string reason);

    [LoggerMessage(1004, LogLevel.Error, "A batch of {Count} requests failed")]
    private partial void LogBatchFailed(Exception error, int count);
}
