using System.Globalization;
using Gorb.Model.Text;
using Serilog.Events;
using Serilog.Formatting;
using Serilog.Formatting.Compact;

namespace Gorb.Logging;

/// <summary>Formats each event as one line of JSON, in Serilog's compact form. Characters that control a terminal are escaped.</summary>
internal sealed class JsonFormatter : ITextFormatter
{
    private readonly RenderedCompactJsonFormatter _json = new();

    public void Format(LogEvent logEvent, TextWriter output)
    {
        using var line = new StringWriter(CultureInfo.InvariantCulture);
        _json.Format(logEvent, line);
        output.WriteLine(PlainText.EscapeJson(line.ToString().TrimEnd('\n')));
    }
}
