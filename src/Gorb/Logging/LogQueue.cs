using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using Serilog.Core;
using Serilog.Events;
using Serilog.Formatting;
using Serilog.Parsing;

namespace Gorb.Logging;

/// <summary>
/// Writes the log on a thread of its own, so that logging never waits for the reader of standard output. When the reader stops, new lines are dropped and
/// counted; the log reports their number as soon as it can be written again.
/// </summary>
internal sealed class LogQueue : ILogEventSink, IDisposable
{
    private const int MaxQueued = 4096;

    /// <summary>The time limit for writing the remaining lines at shutdown; normally this takes a few milliseconds.</summary>
    private static readonly TimeSpan FlushLimit = TimeSpan.FromMilliseconds(500);

    private static readonly MessageTemplate LossTemplate = new MessageTemplateParser().Parse(
        "{Lines} log lines were dropped: standard output was not read fast enough or could not be written");

    private readonly BlockingCollection<LogEvent?> _queue = new(MaxQueued); // null ends the thread
    private readonly ITextFormatter _formatter;
    private readonly Func<Stream> _open;
    private readonly LogLoss _loss;
    private readonly Thread _writer;
    private long _reported;

    /// <param name="formatter">Formats events as text.</param>
    /// <param name="open">Opens the output; called on the writing thread.</param>
    /// <param name="loss">Counts dropped lines.</param>
    public LogQueue(ITextFormatter formatter, Func<Stream> open, LogLoss loss)
    {
        (_formatter, _open, _loss, _reported) = (formatter, open, loss, loss.Lines);
        _writer = new Thread(WriteAll) { IsBackground = true, Name = "log" };
        _writer.Start();
    }

    public void Emit(LogEvent logEvent)
    {
        if (!_queue.TryAdd(logEvent))
        {
            _loss.Add();
        }
    }

    /// <summary>Writes the remaining lines, but does not wait for an output that is not read.</summary>
    public void Dispose()
    {
        if (_queue.TryAdd(null, FlushLimit))
        {
            _writer.Join(FlushLimit);
        }
    }

    private void WriteAll()
    {
        using var output = _open();
        while (_queue.Take() is { } next)
        {
            ReportLoss(output, next.Timestamp); // as soon as the output accepts data again
            if (!TryWrite(output, next))
            {
                _loss.Add();
            }

            if (_queue.Count == 0)
            {
                ReportLoss(output, DateTimeOffset.Now);
            }
        }
    }

    private void ReportLoss(Stream output, DateTimeOffset now)
    {
        var lost = _loss.Lines;
        if (lost != _reported && TryWrite(output, new LogEvent(now, LogEventLevel.Warning, null, LossTemplate, [new LogEventProperty("Lines", new ScalarValue(lost - _reported))])))
        {
            _reported = lost;
        }
    }

    /// <returns>False when the output refuses the line, such as a full disk.</returns>
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
            return false; // counted as lost and reported later
        }
    }
}
