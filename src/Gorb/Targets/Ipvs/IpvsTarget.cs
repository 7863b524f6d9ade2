using Gorb.Ipvs;
using Gorb.Ipvs.Netlink;
using Gorb.Logging;
using Gorb.Model;
using Gorb.Targets.Host;

namespace Gorb.Targets.Ipvs;

/// <summary>The kernel's IPVS table: services and their destinations.</summary>
internal sealed partial class IpvsTarget : ITarget, IDisposable
{
    private readonly IIpvsClient _client;
    private readonly Sysctls _sysctls;
    private readonly KeptCounters _counters;
    private readonly StartupSnapshot _snapshot;
    private readonly IpvsLedger _ledger = new();
    private readonly RepeatFilter _repeats = new();
    private readonly ILogger _logger;

    public IpvsTarget(IpvsClientFactory clients, Sysctls sysctls, KeptCounters counters, ILogger<IpvsTarget> logger)
    {
        _client = clients.Create();
        _sysctls = sysctls;
        _counters = counters;
        _snapshot = new StartupSnapshot(clients.ReadSnapshot, logger);
        _logger = logger;
    }

    public string Name => "ipvs";

    public string Description => "the kernel's table";

    public string OtherWriters => "keepalived, kube-proxy or a script with ipvsadm";

    /// <summary>The highest rank. The changes must keep the order of the requests, so they are one batch.</summary>
    public int Rank => int.MaxValue;

    public ILedger Ledger => _ledger;

    public void Start()
    {
        Try(() =>
        {
            var info = _client.GetInfo();
            LogKernel(info.Version, info.ConnectionTableSize == 0 ? "its connection table comes with the first service" : $"connection table of {info.ConnectionTableSize} buckets"); // 7.2 begins without one
        });
        _sysctls.Refresh();
    }

    public bool Matches(Table wanted) => _snapshot.Matches(wanted, _sysctls.Limits);

    public void Flush() => Try(() =>
    {
        _client.Flush();
        LogFlushed();
    });

    public IObservation Observe() => Exchange(() =>
    {
        var kernel = KernelService.Index(_client.GetTable());
        _sysctls.Refresh(); // the IPVS module may have been loaded since the last attempt
        return new IpvsObservation(this, kernel, _sysctls.Limits);
    });

    public ITargetBatch BeginBatch() => new KernelBatch(this, _sysctls.Limits);

    /// <summary>
    /// Logs why the kernel cannot be used, once for each reason. Failed requests and /readyz report the reason, too. The module may be loaded at any time.
    /// </summary>
    public void Report(string? trouble)
    {
        if (trouble is null)
        {
            _repeats.End();
        }
        else if (_repeats.IsNew(trouble))
        {
            LogNoKernel(trouble);
        }
    }

    public void Dispose() => _client.Dispose();

    /// <summary>The leftovers, with the kernel's keys.</summary>
    internal IpvsLedger Leftovers => _ledger;

    /// <summary>The counters of backends that are out of the kernel.</summary>
    internal KeptCounters Counters => _counters;

    /// <summary>Runs an exchange with the kernel.</summary>
    /// <exception cref="TargetException">The kernel cannot be reached, or its answers were lost.</exception>
    internal T Exchange<T>(Func<IIpvsClient, T> exchange) => Exchange(() => exchange(_client));

    private T Exchange<T>(Func<T> exchange)
    {
        try
        {
            return exchange();
        }
        catch (IpvsException error)
        {
            throw new TargetUnavailableException(this, error);
        }
        catch (NetlinkException error)
        {
            throw new AnswersLostException(this, error);
        }
    }

    private void Try(Action use)
    {
        try
        {
            use();
            Report(null);
        }
        catch (Exception error) when (error is IpvsException or NetlinkException)
        {
            Report(error.Message);
        }
    }

    [LoggerMessage(1001, LogLevel.Information, "Kernel IPVS {Version}, {ConnectionTable}")]
    private partial void LogKernel(Version version, string connectionTable);

    [LoggerMessage(1002, LogLevel.Warning, "Flushed the kernel's IPVS table, as option -f asks")]
    private partial void LogFlushed();

    [LoggerMessage(1003, LogLevel.Error, "Kernel IPVS cannot be used: {Reason}")]
    private partial void LogNoKernel(string reason);
}
