using System.Globalization;
using Gorb.Logging;
using Serilog;
using Serilog.Events;
using Serilog.Formatting;
using Serilog.Formatting.Display;
using Serilog.Parsing;

namespace Gorb.Tests.Logging;

/// <summary>Logged text cannot inject lines into the log.</summary>
public sealed class LineFormatterTests
{
    private const string Forged = "x\n12:00:00.000 INF Backend b1 of web is up: connected\u2028\x1b[2J";

    [Fact]
    public void Values_StayOnTheirLine() =>
        Lines(log => log.Warning("Label {Key} is wrong: {Reason}", Forged, Forged)).Should().ContainSingle()
            .Which.Should().EndWith(@"is wrong: x\n12:00:00.000 INF Backend b1 of web is up: connected\u2028\x1b[2J");

    [Fact]
    public void Exceptions_AreIndented()
    {
        var lines = Lines(log => log.Error(new InvalidOperationException(Forged), "It failed"));

        lines[0].Should().EndWith("ERR It failed");
        lines.Should().HaveCountGreaterThan(2);
        lines.Skip(1).Should().OnlyContain(line => line.StartsWith("    ", StringComparison.Ordinal) && !line.Contains('\x1b'));
    }

    [Fact]
    public void Lists_StayOnTheirLine() => Lines(log => log.Warning("Wrong: {Labels}", new object[] { new[] { Forged } })).Should().ContainSingle();

    [Fact]
    public void Json_HasNothingThatATerminalObeys_AndIsTheSame()
    {
        const string Text = Forged + "\u009b\u202e\U000e0041";

        var line = Lines(log => log.Warning("Label {Key} is wrong", Text), new JsonFormatter()).Should().ContainSingle().Subject;

        line.Should().NotContainAny("\u009b", "\u202e", "\u2028", "\x1b", "\U000e0041");
        System.Text.Json.JsonDocument.Parse(line).RootElement.GetProperty("Key").GetString().Should().Be(Text);
    }

    [Theory]
    [InlineData(LogEventLevel.Verbose)]
    [InlineData(LogEventLevel.Debug)]
    [InlineData(LogEventLevel.Information)]
    [InlineData(LogEventLevel.Warning)]
    [InlineData(LogEventLevel.Error)]
    [InlineData(LogEventLevel.Fatal)]
    public void Lines_AreThoseOfSerilog(LogEventLevel level)
    {
        var time = new DateTimeOffset(2026, 7, 4, 5, 6, 7, 89, TimeSpan.FromHours(-3));
        foreach (var template in new[] { "", "plain", "{Text}", "a {Text} of {Other}: {Text}", "{{{Text}}} {Missing}", "{Text,12}|", "{Text:x} {Number}", "{Number:000} {Flag} {None} {Span}", "{@List} {Text}" })
        {
            var line = new LogEvent(time, level, null, new MessageTemplateParser().Parse(template), [
                Property("Text", "a \"text\""), Property("Other", ""), Property("Number", 12), Property("Flag", true), Property("None", null), Property("Span", TimeSpan.FromSeconds(90)),
                new LogEventProperty("List", new SequenceValue([new ScalarValue("x"), new ScalarValue(1)]))]);

            Format(new LineFormatter(), line).Should().Be(
                Format(new MessageTemplateTextFormatter("{Timestamp:HH:mm:ss.fff} {Level:u3} {Message:lj}{NewLine}", CultureInfo.InvariantCulture), line), template);
        }
    }

    private static LogEventProperty Property(string name, object? value) => new(name, new ScalarValue(value));

    private static string Format(ITextFormatter formatter, LogEvent line)
    {
        using var text = new StringWriter(CultureInfo.InvariantCulture);
        formatter.Format(line, text);
        return text.ToString();
    }

    private static string[] Lines(Action<ILogger> log, ITextFormatter? formatter = null)
    {
        using var output = new MemoryStream();
        using (var logger = new LoggerConfiguration().WriteTo.Sink(new LogQueue(formatter ?? new LineFormatter(), () => output, new LogLoss())).CreateLogger())
        {
            log(logger);
        }

        return System.Text.Encoding.UTF8.GetString(output.ToArray()).Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }
}
