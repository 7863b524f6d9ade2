using System.Globalization;
using Gorb.Model.Text;
using Serilog.Events;
using Serilog.Formatting;
using Serilog.Formatting.Display;

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
        using var line = new StringWriter(CultureInfo.InvariantCulture);
        _line.Format(logEvent, line);
        output.WriteLine(PlainText.Escape(line.ToString()));
        if (logEvent.Exception is { } error)
        {
            foreach (var part in error.ToString().Split('\n'))
            {
                output.WriteLine(Indent + PlainText.Escape(part.TrimEnd('\r')));
            }
        }
    }
}
