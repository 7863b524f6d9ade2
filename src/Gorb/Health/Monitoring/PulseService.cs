using Gorb.Model;
using Gorb.Writer;

namespace Gorb.Health.Monitoring;

/// <summary>Runs the monitor on a thread of its own. The thread starts with the first backend, so that an empty daemon starts without it.</summary>
internal sealed partial class PulseService : IHostedService, IDisposable
{
    private static readonly TimeSpan MaxWait = TimeSpan.FromSeconds(10);

    private readonly TableWriter _tableWriter;
    private readonly PulseMonitor _monitor;
    private readonly IHostApplicationLifetime _lifetime;
    private readonly SteadyClock _clock;
    private readonly ILogger<PulseService> _logger;
    private readonly AutoResetEvent _signal = new(false);
    private readonly Lazy<Thread> _thread;
    private volatile bool _isStopping;

    public PulseService(TableWriter tableWriter, PulseMonitor monitor, IHostApplicationLifetime lifetime, SteadyClock clock, ILogger<PulseService> logger)
    {
        (_tableWriter, _monitor, _lifetime, _clock, _logger) = (tableWriter, monitor, lifetime, clock, logger);
        _thread = new Lazy<Thread>(StartThread);
    }

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _tableWriter.Changed += Wake;
        _monitor.Woken += Wake;
        _lifetime.ApplicationStarted.Register(Begin); // ten thousand first checks must not delay the API
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        _tableWriter.Changed -= Wake;
        _monitor.Woken -= Wake;
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
        while (!_isStopping)
        {
            var wait = Tick();
            if (!_isStopping) // the tick itself may have ended the service
            {
                _signal.WaitOne(wait);
            }
        }
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
