using System.Diagnostics;
using System.Globalization;
using System.Text;
using Gorb.Tests.Shared;

namespace Gorb.Tests.Cli.Terminals;

/// <summary>A shell command on a terminal of its own, which script(1) makes, with a screen that can be read and keys that can be typed.</summary>
internal sealed class PseudoTerminal : IAsyncDisposable
{
    private readonly Lock _lock = new();
    private readonly StringBuilder _raw = new();
    private readonly ScreenBuffer _screen;
    private readonly Process _process;
    private readonly Task _reading;

    /// <param name="command">The command, for sh. The command "gorb" is the one under test.</param>
    /// <param name="width">The width of the terminal.</param>
    /// <param name="height">The height of the terminal.</param>
    public PseudoTerminal(string command, int width = 80, int height = 24)
    {
        _screen = new ScreenBuffer(width, height);
        var start = new ProcessStartInfo("script", ["-qec", string.Create(CultureInfo.InvariantCulture, $"stty rows {height} cols {width}; {command}"), "/dev/null"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            StandardOutputEncoding = Encoding.UTF8,
        };
        start.Environment["TERM"] = "xterm";
        start.Environment["SHELL"] = "/bin/sh";
        start.Environment["PATH"] = $"{AppContext.BaseDirectory}:{Environment.GetEnvironmentVariable("PATH")}";
        start.Environment.Remove("NO_COLOR");
        _process = Process.Start(start)!;
        _process.StandardInput.AutoFlush = true;
        _reading = Task.Run(ReadAsync);
    }

    /// <summary>All that was printed, with its control sequences.</summary>
    public string Raw => Locked(() => _raw.ToString());

    /// <summary>What the terminal shows.</summary>
    public string Text => Locked(_screen.ToString);

    public string[] Lines => Locked(() => _screen.Lines);

    public bool IsAlternate => Locked(() => _screen.IsAlternate);

    public bool HasCursor => Locked(() => _screen.HasCursor);

    public string Overflow => Locked(() => _screen.Overflow);

    public void Type(string keys) => _process.StandardInput.Write(keys);

    /// <summary>Waits until the terminal shows something.</summary>
    public async Task UntilAsync(Func<string, bool> condition)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(TimeSpan.FromMinutes(1));
        try
        {
            await Poll.UntilAsync(() => Task.FromResult(condition(Text)), limit.Token);
        }
        catch (OperationCanceledException) when (!TestContext.Current.CancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException($"The terminal shows:\n{Text}\nof:\n{Raw}");
        }
    }

    /// <summary>Waits until the command has ended.</summary>
    /// <returns>Its exit status.</returns>
    public async Task<int> EndAsync()
    {
        await _process.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(TimeSpan.FromMinutes(1));
        await _reading;
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
        }

        await _reading;
        _process.Dispose();
    }

    private async Task ReadAsync()
    {
        var buffer = new char[4096];
        while (await _process.StandardOutput.ReadAsync(buffer) is > 0 and var count)
        {
            lock (_lock)
            {
                _raw.Append(buffer, 0, count);
                _screen.Write(new string(buffer, 0, count));
            }
        }
    }

    private T Locked<T>(Func<T> read)
    {
        lock (_lock)
        {
            return read();
        }
    }
}
