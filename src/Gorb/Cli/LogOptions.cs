using System.CommandLine;

namespace Gorb.Cli;

/// <summary>How to log.</summary>
/// <param name="Verbose">In detail.</param>
/// <param name="Json">One JSON object a line instead of text for people.</param>
internal sealed record LogOptions(bool Verbose, bool Json);

/// <summary>The options of the command line that say how to log.</summary>
internal sealed class LogArguments
{
    public LogArguments() => Format.AcceptOnlyFromAmong("text", "json");

    public Option<bool> Verbose { get; } = new("--verbose", "-v") { Description = "Log in detail." };

    public Option<string> Format { get; } = new("--log-format")
    {
        Description = "Form of the log on standard output: lines of text, or one JSON object a line.",
        HelpName = "text|json",
        DefaultValueFactory = _ => "text",
    };

    public LogOptions Read(ParseResult result) => new(result.GetValue(Verbose), result.GetValue(Format) == "json");
}
