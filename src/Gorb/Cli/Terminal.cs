using Gorb.Model.Text;

namespace Gorb.Cli;

/// <summary>Prints the output of a verb with control characters escaped, because untrusted text (answers of a daemon, names in files) must not control the terminal.</summary>
internal static class Terminal
{
    /// <summary>True when standard output is a terminal.</summary>
    public static bool IsOutputTerminal => !Console.IsOutputRedirected && Environment.GetEnvironmentVariable("TERM") is { Length: > 0 } and not "dumb";

    /// <summary>True when a person reads standard output and standard error on a terminal, whose cursor can be moved.</summary>
    public static bool IsInteractive => IsOutputTerminal && !Console.IsErrorRedirected;

    /// <summary>True when standard output may have colours (no-color.org).</summary>
    public static bool HasColor => IsOutputTerminal && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"));

    /// <summary>Clears the screen.</summary>
    public static Task ClearAsync() => Console.Out.WriteAsync("\x1b[H\x1b[2J");

    /// <summary>Prints lines whose texts are escaped already; they may have colours.</summary>
    public static Task WriteFormattedAsync(IEnumerable<string> lines) => Console.Out.WriteAsync(string.Concat(lines.Select(static line => line + "\n")));

    /// <summary>Prints a line on standard output.</summary>
    public static Task WriteLineAsync(string line) => Console.Out.WriteLineAsync(PlainText.Escape(line));

    /// <summary>Prints a text of several lines. Documents of Gorb need no escaping, so they are printed unchanged.</summary>
    public static Task WriteAsync(string text) => Console.Out.WriteAsync(string.Join('\n', text.Split('\n').Select(PlainText.Escape)));

    /// <summary>Prints a line on standard error.</summary>
    public static Task WriteErrorAsync(string line) => Console.Error.WriteLineAsync(PlainText.Escape(line));
}
