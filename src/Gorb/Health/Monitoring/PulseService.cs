using System.Diagnostics;
using Gorb.Model;
using Gorb.Writer;

namespace Gorb.Health.Monitoring;

/// <summary>
/// Runs the monitor on a thread of its own. The thread starts with the first backend, so that an empty daemon starts without it. A change of the table is followed at once, unless many
/// come: those are followed together a few milliseconds later, because each wakes the thread, which looks at all backends of the service.
/// </summary>
internal sealed partial class PulseService : IHostedService, IDisposable
{
    /// <summary>The number of wakes without a pause from which changes of the table are collected.</summary>
    private const int BurstWakes = 16;

    private static readonly TimeSpan MaxWait = TimeSpan.FromSeconds(10);

    /// <summary>How long changes are collected. It is also the pause that ends a burst.</summary>
    private static readonly TimeSpan Collecting = TimeSpan.FromMilliseconds(10);

    private readonly TableWriter _tableWriter;
    private readonly PulseMonitor _monitor;
    private readonly IHostApplicationLifetime _lifetime;
    private readonly SteadyClock _clock;
    private readonly ILogger<PulseService> _logger;
    private readonly AutoResetEvent _signal = new(false);
    private readonly Lazy<Thread> _thread;
    private volatile bool _isStopping;

    /// <summary>1 while the thread collects changes of the table, so that they need not wake it.</summary>
    private int _isCollecting;

    /// <summary>1 when the monitor itself has work, such as the result of a check, which does not wait for changes of the table.</summary>
    private int _isUrgent;

    public PulseService(TableWriter tableWriter, PulseMonitor monitor, IHostApplicationLifetime lifetime, SteadyClock clock, ILogger<PulseService> logger)
    {
        (_tableWriter, _monitor, _lifetime, _clock, _logger) = (tableWriter, monitor, lifetime, clock, logger);
        _thread = new Lazy<Thread>(StartThread);
    }

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _tableWriter.Changed += Follow;
        _monitor.Woken += WakeAtOnce;
        _lifetime.ApplicationStarted.Register(Begin); // ten thousand first checks must not delay the API
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        _tableWriter.Changed -= Follow;
        _monitor.Woken -= WakeAtOnce;
        End();
        return Task.CompletedTask;
    }

    public void Dispose()
    {
        End();
        _signal.Dispose();
    }

    /// <summary>Stops the thread and waits for its last tick, which is short. On the thread itself it does not wait.</summary>
    private void End()
    {
        _isStopping = true;
        if (_thread is { IsValueCreated: true, Value: { IsAlive: true } thread } && thread != Thread.CurrentThread)
        {
            _signal.Set();
            thread.Join();
        }
    }

    private void Begin()
    {
        if (_tableWriter.Current.Services.Count > 0)
        {
            Wake();
        }
    }

    /// <summary>Wakes the thread for a new version of the table, unless it is about to look for one.</summary>
    private void Follow()
    {
        Interlocked.MemoryBarrier(); // the version is published before the flag is read; the thread clears the flag before it reads the version
        if (Volatile.Read(ref _isCollecting) == 0)
        {
            Wake();
        }
    }

    private void WakeAtOnce()
    {
        Volatile.Write(ref _isUrgent, 1);
        Wake();
    }

    private void Wake()
    {
        _ = _thread.Value; // first, so that a thread that starts during shutdown sees that it must end
        _signal.Set();
    }

    private Thread StartThread()
    {
        var thread = new Thread(Run) { IsBackground = true, Name = "pulse" };
        thread.Start();
        return thread;
    }

    private void Run()
    {
        var burst = 0;
        while (!_isStopping)
        {
            var wait = Tick();
            if (_isStopping)
            {
                return; // the tick itself has ended the service
            }

            var since = Stopwatch.GetTimestamp();
            var isWoken = _signal.WaitOne(wait);
            var waited = Stopwatch.GetElapsedTime(since);
            var isChange = Interlocked.Exchange(ref _isUrgent, 0) == 0;
            burst = !isWoken || waited >= Collecting ? 0 : isChange ? burst + 1 : burst;
            if (burst >= BurstWakes && isChange && waited < wait && !_isStopping)
            {
                Collect(wait - waited);
            }
        }
    }

    /// <summary>Waits for more changes of the table. Results of checks and the end of the service still wake the thread.</summary>
    /// <param name="left">The time until the next check is due.</param>
    private void Collect(TimeSpan left)
    {
        Interlocked.Exchange(ref _isCollecting, 1);
        _signal.WaitOne(left < Collecting ? left : Collecting);
        Interlocked.Exchange(ref _isCollecting, 0);
    }

    private TimeSpan Tick()
    {
        try
        {
            var wait = (_monitor.Tick() ?? DateTimeOffset.MaxValue) - _clock.Now;
            return wait < TimeSpan.Zero ? TimeSpan.Zero : wait < MaxWait ? wait : MaxWait;
        }
        catch (Exception error) // a defect must not end all checks
        {
            LogBroke(error);
            return TimeSpan.FromSeconds(1);
        }
    }

    [LoggerMessage(2005, LogLevel.Error, "The health checks failed unexpectedly and will continue")]
    private partial void LogBroke(Exception error);
}
