using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gorb.Tests;

/// <summary>Collects the lines that a class logs; a logger provider for a daemon's services.</summary>
internal sealed class LogLines<T> : ILoggerProvider, ILogger<T>
{
    private readonly ConcurrentQueue<LogLine> _lines = [];
    private readonly ConcurrentQueue<(string Text, TaskCompletionSource Came)> _awaited = [];

    public IReadOnlyCollection<LogLine> All => _lines;

    public IEnumerable<string> Texts => _lines.Select(static line => line.Text);

    /// <summary>Completes at the next line that contains a text.</summary>
    public Task NextAsync(string text)
    {
        var came = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _awaited.Enqueue((text, came));
        return came.Task;
    }

    public ILogger CreateLogger(string categoryName) => categoryName == typeof(T).FullName ? this : NullLogger.Instance;

    public void Dispose()
    {
    }

    public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        var line = new LogLine(logLevel, formatter(state, exception), exception);
        _lines.Enqueue(line);
        foreach (var (_, came) in _awaited.Where(awaited => line.Text.Contains(awaited.Text, StringComparison.Ordinal)))
        {
            came.TrySetResult();
        }
    }
}

/// <summary>One line of the log.</summary>
internal sealed record LogLine(LogLevel Level, string Text, Exception? Error);
