using System.Globalization;
using System.Text;
using Serilog.Core;
using Serilog.Events;
using Serilog.Formatting;
using Serilog.Parsing;

namespace Gorb.Logging;

/// <summary>
/// Writes the log on a thread of its own, so that logging never waits for the reader of standard output. When the reader stops, new lines are dropped and
/// counted; the log reports their number as soon as it can be written again. A line is written at once, unless many come: those are collected for a few milliseconds, because
/// to wake the thread costs the thread that logs more than the line itself.
/// </summary>
internal sealed class LogQueue : ILogEventSink, IDisposable
{
    private const int MaxQueued = 4096;

    /// <summary>The number of lines without a pause from which lines are collected. The lines of a start are fewer.</summary>
    private const int BurstLines = 32;

    /// <summary>The number of characters that are written at a time.</summary>
    private const int MaxChunk = 16 * 1024;

    private static readonly TimeSpan Collecting = TimeSpan.FromMilliseconds(5);

    /// <summary>The time limit for writing the remaining lines at shutdown; normally this takes a few milliseconds.</summary>
    private static readonly TimeSpan FlushLimit = TimeSpan.FromMilliseconds(500);

    private static readonly MessageTemplate LossTemplate = new MessageTemplateParser().Parse(
        "{Lines} log lines were dropped: standard output was not read fast enough or could not be written");

    private readonly object _lock = new(); // a monitor, for its condition
    private readonly ITextFormatter _formatter;
    private readonly Func<Stream> _open;
    private readonly LogLoss _loss;
    private readonly Thread _writer;
    private List<LogEvent> _queue = [];
    private bool _isWaiting;
    private bool _isEnded;
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
        lock (_lock)
        {
            if (_isEnded || _queue.Count == MaxQueued)
            {
                _loss.Add();
                return;
            }

            _queue.Add(logEvent);
            Wake();
        }
    }

    /// <summary>Writes the remaining lines, but does not wait for an output that is not read.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            _isEnded = true;
            Monitor.PulseAll(_lock);
        }

        _writer.Join(FlushLimit);
    }

    private void WriteAll()
    {
        using var output = _open();
        var (lines, burst) = (new List<LogEvent>(), 0);
        while (Take(ref lines, ref burst))
        {
            ReportLoss(output, lines[0].Timestamp); // as soon as the output accepts data again
            Write(output, lines);
            lines.Clear();
            ReportLoss(output, DateTimeOffset.Now);
        }
    }

    /// <summary>Writes lines, many at a time.</summary>
    private void Write(Stream output, List<LogEvent> lines)
    {
        using var text = new StringWriter(CultureInfo.InvariantCulture);
        var count = 0;
        foreach (var line in lines.Where(Complete))
        {
            _formatter.Format(line, text);
            count++;
            if (text.GetStringBuilder().Length >= MaxChunk)
            {
                WriteChunk();
            }
        }

        WriteChunk();

        void WriteChunk()
        {
            if (count > 0 && !TryWrite(output, text))
            {
                _loss.Add(count);
            }

            count = 0;
            text.GetStringBuilder().Clear();
        }
    }

    /// <summary>Waits for lines and takes them all.</summary>
    /// <param name="lines">An empty list, which becomes the queue; then the lines.</param>
    /// <param name="burst">The number of lines since the queue was last empty.</param>
    /// <returns>False at the end.</returns>
    private bool Take(ref List<LogEvent> lines, ref int burst)
    {
        lock (_lock)
        {
            if (burst >= BurstLines && !_isEnded)
            {
                Monitor.Wait(_lock, Collecting);
            }

            while (_queue.Count == 0 && !_isEnded)
            {
                burst = 0;
                _isWaiting = true;
                Monitor.Wait(_lock);
            }

            (lines, _queue) = (_queue, lines);
            burst += lines.Count;
            return lines.Count > 0;
        }
    }

    /// <summary>Wakes the thread if it waits for a line.</summary>
    private void Wake()
    {
        if (_isWaiting)
        {
            _isWaiting = false;
            Monitor.Pulse(_lock);
        }
    }

    /// <summary>Makes the deferred values of a line.</summary>
    /// <returns>False when one is empty, so that the line says nothing.</returns>
    private static bool Complete(LogEvent line)
    {
        foreach (var (name, value) in line.Properties)
        {
            if (value is ScalarValue { Value: DeferredText deferred })
            {
                var text = deferred.ToString();
                line.AddOrUpdateProperty(new LogEventProperty(name, new ScalarValue(text)));
                return text.Length > 0; // a line has one; the properties cannot be enumerated further
            }
        }

        return true;
    }

    private void ReportLoss(Stream output, DateTimeOffset now)
    {
        var lost = _loss.Lines;
        if (lost == _reported)
        {
            return;
        }

        using var text = new StringWriter(CultureInfo.InvariantCulture);
        _formatter.Format(new LogEvent(now, LogEventLevel.Warning, null, LossTemplate, [new LogEventProperty("Lines", new ScalarValue(lost - _reported))]), text);
        if (TryWrite(output, text))
        {
            _reported = lost;
        }
    }

    /// <returns>False when the output refuses the text, such as a full disk.</returns>
    private static bool TryWrite(Stream output, StringWriter text)
    {
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
