using System.Globalization;
using System.Text;
using Gorb.Model.Text;
using Serilog.Events;
using Serilog.Formatting;
using Serilog.Formatting.Display;
using Serilog.Parsing;

namespace Gorb.Logging;

/// <summary>
/// Formats each event as one line: "12:00:00.000 WRN message". Line breaks in an event are escaped, so that foreign text cannot forge a log line. The
/// lines of an exception follow, indented.
/// </summary>
internal sealed class LineFormatter : ITextFormatter
{
    private const string Indent = "    ";

    private readonly MessageTemplateTextFormatter _line = new("{Timestamp:HH:mm:ss.fff} {Level:u3} {Message:lj}", CultureInfo.InvariantCulture);

    public void Format(LogEvent logEvent, TextWriter output)
    {
        output.WriteLine(PlainText.Escape(FormatTexts(logEvent) ?? FormatValues(logEvent)));
        if (logEvent.Exception is { } error)
        {
            foreach (var part in error.ToString().Split('\n'))
            {
                output.WriteLine(Indent + PlainText.Escape(part.TrimEnd('\r')));
            }
        }
    }

    private string FormatValues(LogEvent logEvent)
    {
        using var line = new StringWriter(CultureInfo.InvariantCulture);
        _line.Format(logEvent, line);
        return line.ToString();
    }

    /// <summary>
    /// Formats an event whose values are texts as <see cref="_line"/> does, in a third of the time: each change is logged, and its line is one.
    /// </summary>
    /// <returns>Null for another event.</returns>
    private static string? FormatTexts(LogEvent logEvent)
    {
        var line = new StringBuilder(256);
        AppendTime(line, logEvent.Timestamp.TimeOfDay);
        line.Append(Moniker(logEvent.Level));
        foreach (var token in logEvent.MessageTemplate.Tokens)
        {
            if (token is TextToken { Text: var text })
            {
                line.Append(text);
            }
            else if (token is PropertyToken { Alignment: null, Format: null } property
                && logEvent.Properties.TryGetValue(property.PropertyName, out var value) && value is ScalarValue { Value: string words })
            {
                line.Append(words);
            }
            else
            {
                return null;
            }
        }

        return line.ToString();
    }

    private static void AppendTime(StringBuilder line, TimeSpan time)
    {
        AppendDigits(line, time.Hours, 10);
        line.Append(':');
        AppendDigits(line, time.Minutes, 10);
        line.Append(':');
        AppendDigits(line, time.Seconds, 10);
        line.Append('.');
        AppendDigits(line, time.Milliseconds, 100);
    }

    /// <param name="line">The line.</param>
    /// <param name="number">The number.</param>
    /// <param name="place">The value of its first digit.</param>
    private static void AppendDigits(StringBuilder line, int number, int place)
    {
        for (; place > 0; place /= 10)
        {
            line.Append((char)('0' + (number / place % 10)));
        }
    }

    private static string Moniker(LogEventLevel level) => level switch
    {
        LogEventLevel.Verbose => " VRB ",
        LogEventLevel.Debug => " DBG ",
        LogEventLevel.Information => " INF ",
        LogEventLevel.Warning => " WRN ",
        LogEventLevel.Error => " ERR ",
        _ => " FTL ",
    };
}
