using System.Globalization;
using Gorb.Model.Text;
using Serilog.Events;
using Serilog.Formatting;
using Serilog.Formatting.Display;

namespace Gorb.Logging;

/// <summary>
/// One line of text for each event: "12:00:00.000 WRN message". Whatever an event holds stays on its line, so that text of others cannot forge one; the lines of an
/// exception follow, indented.
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
