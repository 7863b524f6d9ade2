using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;

namespace Gorb.KernelTests.Lab;

/// <summary>A background program of a test, and its output.</summary>
internal sealed class LoggedProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly ConcurrentQueue<string> _log = [];
    private bool _isDisposed;

    public LoggedProcess(string program, params string[] arguments)
    {
        _process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        _process.OutputDataReceived += (_, line) => _log.Enqueue(line.Data ?? "");
        _process.ErrorDataReceived += (_, line) => _log.Enqueue(line.Data ?? "");
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>Its output so far.</summary>
    public string Log => string.Join('\n', _log);

    public bool HasExited => _process.HasExited;

    /// <summary>Clears <see cref="Log"/>.</summary>
    public void ClearLog() => _log.Clear();

    /// <summary>Waits until the output contains a text.</summary>
    public Task LogsAsync(string text) => Eventually.Async(() => Task.FromResult(Log.Contains(text, StringComparison.Ordinal)), () => Log);

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
}
