using System.CommandLine;

namespace Gorb.Cli;

/// <summary>What a verb prints on standard output; nothing with <c>--quiet</c>, where the exit status says it. Failures are printed in any case.</summary>
/// <param name="IsQuiet">True to print nothing.</param>
internal sealed record VerbOutput(bool IsQuiet)
{
    /// <summary>Creates the option for a verb whose exit status says enough.</summary>
    public static Option<bool> NewOption() => new("--quiet", "-q") { Description = "Print nothing but failures; the exit status says the rest." };

    /// <summary>Prints a line.</summary>
    public Task WriteLineAsync(string line) => IsQuiet ? Task.CompletedTask : Terminal.WriteLineAsync(line);

    /// <summary>Prints a text of several lines.</summary>
    public Task WriteAsync(string text) => IsQuiet ? Task.CompletedTask : Terminal.WriteAsync(text);
}
