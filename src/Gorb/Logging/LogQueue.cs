using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using Serilog.Core;
using Serilog.Events;
using Serilog.Formatting;
using Serilog.Parsing;

namespace Gorb.Logging;

/// <summary>
/// Writes the log from a thread of its own, so that nobody who logs waits for the reader of standard output. When the reader stops, the newest lines are dropped and counted, and the
/// log says how many as soon as it is read again.
/// </summary>
internal sealed class LogQueue : ILogEventSink, IDisposable
{
    private const int MaxWaiting = 4096;

    /// <summary>How long the lines that wait at the end may take: with an output that is read, a few milliseconds.</summary>
    private static readonly TimeSpan FlushLimit = TimeSpan.FromMilliseconds(500);

    private static readonly MessageTemplate Lost = new MessageTemplateParser().Parse(
        "{Lines} lines of the log were dropped: standard output was not read fast enough, or could not be written");

    private readonly BlockingCollection<LogEvent?> _waiting = new(MaxWaiting); // null ends it
    private readonly ITextFormatter _formatter;
    private readonly Func<Stream> _open;
    private readonly LogLoss _loss;
    private readonly Thread _writer;
    private long _told;

    /// <param name="formatter">Makes text of events.</param>
    /// <param name="open">Opens the output; called on the writing thread.</param>
    /// <param name="loss">Counts what is dropped.</param>
    public LogQueue(ITextFormatter formatter, Func<Stream> open, LogLoss loss)
    {
        (_formatter, _open, _loss, _told) = (formatter, open, loss, loss.Lines);
        _writer = new Thread(WriteAll) { IsBackground = true, Name = "log" };
        _writer.Start();
    }

    public void Emit(LogEvent logEvent)
    {
        if (!_waiting.TryAdd(logEvent))
        {
            _loss.Add();
        }
    }

    /// <summary>Waits a moment for the lines that are left; an output that nobody reads does not hold up the end.</summary>
    public void Dispose()
    {
        if (_waiting.TryAdd(null, FlushLimit))
        {
            _writer.Join(FlushLimit);
        }
    }

    private void WriteAll()
    {
        using var output = _open();
        while (_waiting.Take() is { } next)
        {
            TellLoss(output, next.Timestamp); // as soon as the output takes something again
            if (!TryWrite(output, next))
            {
                _loss.Add();
            }

            if (_waiting.Count == 0)
            {
                TellLoss(output, DateTimeOffset.Now);
            }
        }
    }

    private void TellLoss(Stream output, DateTimeOffset now)
    {
        var lost = _loss.Lines;
        if (lost != _told && TryWrite(output, new LogEvent(now, LogEventLevel.Warning, null, Lost, [new LogEventProperty("Lines", new ScalarValue(lost - _told))])))
        {
            _told = lost;
        }
    }

    /// <returns>False when the output does not take it: a disk that is full, say.</returns>
    private bool TryWrite(Stream output, LogEvent logEvent)
    {
        using var text = new StringWriter(CultureInfo.InvariantCulture);
        _formatter.Format(logEvent, text);
        try
        {
            output.Write(Encoding.UTF8.GetBytes(text.ToString()));
            return true;
        }
        catch (IOException)
        {
            return false; // counted, and told when it can be
        }
    }
}
