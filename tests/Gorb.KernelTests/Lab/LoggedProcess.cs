using System.Diagnostics;
using System.Globalization;

namespace Gorb.KernelTests.Lab;

/// <summary>A background program of a test, and its output.</summary>
internal sealed class LoggedProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly Lock _lock = new();
    private readonly List<string> _log = [];
    private readonly List<(string Text, TaskCompletionSource Came)> _awaited = [];
    private bool _isDisposed;

    public LoggedProcess(string program, params string[] arguments)
    {
        _process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        _process.OutputDataReceived += (_, line) => Take(line.Data ?? "");
        _process.ErrorDataReceived += (_, line) => Take(line.Data ?? "");
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>Its output so far.</summary>
    public string Log
    {
        get
        {
            lock (_lock)
            {
                return string.Join('\n', _log);
            }
        }
    }

    /// <summary>The process id.</summary>
    public int Id => _process.Id;

    public bool HasExited => _process.HasExited;

    /// <summary>Clears <see cref="Log"/>.</summary>
    public void ClearLog()
    {
        lock (_lock)
        {
            _log.Clear();
        }
    }

    /// <summary>Waits for a line of output that contains a text.</summary>
    public async Task LogsAsync(string text)
    {
        try
        {
            await LineAsync(text).WaitAsync(Eventually.Limit, TestContext.Current.CancellationToken);
        }
        catch (TimeoutException)
        {
            Assert.Fail($"'{text}' was not printed within {Eventually.Limit.TotalSeconds} s, but:\n{Log}");
        }
    }

    /// <summary>Waits for a line of output that contains a text, for the exit, or for the time limit.</summary>
    public Task LogsOrEndsAsync(string text, TimeSpan limit) =>
        Task.WhenAny(LineAsync(text), _process.WaitForExitAsync(TestContext.Current.CancellationToken), Task.Delay(limit, TestContext.Current.CancellationToken));

    /// <summary>Waits for the exit and returns the exit status.</summary>
    public async Task<int> EndAsync()
    {
        await _process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return _process.ExitCode;
    }

    /// <summary>Sends a signal, such as "HUP" for SIGHUP.</summary>
    public void Signal(string name) => Shell.Run("kill", "-" + name, _process.Id.ToString(CultureInfo.InvariantCulture));

    /// <summary>Sends SIGTERM, waits for the exit and returns the exit status.</summary>
    public Task<int> TerminateAsync()
    {
        Signal("TERM");
        return EndAsync();
    }

    /// <summary>Sends SIGKILL, at whatever point the program is.</summary>
    public Task KillAsync()
    {
        _process.Kill();
        return EndAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_isDisposed)
        {
            return;
        }

        _isDisposed = true;
        if (!_process.HasExited)
        {
            _process.Kill();
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
    }

    /// <summary>Completes with a line that contains a text; at once if there is one already.</summary>
    private Task LineAsync(string text)
    {
        var came = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_lock)
        {
            if (_log.Exists(line => line.Contains(text, StringComparison.Ordinal)))
            {
                return Task.CompletedTask;
            }

            _awaited.Add((text, came));
        }

        return came.Task;
    }

    private void Take(string line)
    {
        lock (_lock)
        {
            _log.Add(line);
            _awaited.RemoveAll(awaited => line.Contains(awaited.Text, StringComparison.Ordinal) && awaited.Came.TrySetResult());
        }
    }
}
