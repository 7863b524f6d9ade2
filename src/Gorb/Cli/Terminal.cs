using Gorb.Model.Text;

namespace Gorb.Cli;

/// <summary>Prints the output of a verb with control characters escaped, because untrusted text (answers of a daemon, names in files) must not control the terminal.</summary>
internal static class Terminal
{
    /// <summary>True when a person reads standard output and standard error on a terminal that can move its cursor.</summary>
    public static bool IsInteractive => !Console.IsOutputRedirected && !Console.IsErrorRedirected && Environment.GetEnvironmentVariable("TERM") is { Length: > 0 } and not "dumb";

    /// <summary>Prints a line on standard output.</summary>
    public static Task WriteLineAsync(string line) => Console.Out.WriteLineAsync(PlainText.Escape(line));

    /// <summary>Prints a text of several lines. Documents of Gorb need no escaping, so they are printed unchanged.</summary>
    public static Task WriteAsync(string text) => Console.Out.WriteAsync(string.Join('\n', text.Split('\n').Select(PlainText.Escape)));

    /// <summary>Prints a line on standard error.</summary>
    public static Task WriteErrorAsync(string line) => Console.Error.WriteLineAsync(PlainText.Escape(line));
}
