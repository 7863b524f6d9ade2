using System.CommandLine;

namespace Gorb.Cli;

/// <summary>The logging options.</summary>
/// <param name="Verbose">Whether to log in detail.</param>
/// <param name="Json">Whether to write one JSON object for each line instead of plain text.</param>
internal sealed record LogOptions(bool Verbose, bool Json);

/// <summary>The command-line options for logging.</summary>
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
