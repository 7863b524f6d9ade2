using System.Globalization;
using Gorb.Model.Text;
using Serilog.Events;
using Serilog.Formatting;
using Serilog.Formatting.Compact;

namespace Gorb.Logging;

/// <summary>One JSON object a line for each event, in the compact form of Serilog, with every character escaped that a terminal obeys.</summary>
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
