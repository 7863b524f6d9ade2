using Gorb.Model.Text;

namespace Gorb.Cli;

/// <summary>What a verb prints. Text of others (answers of a daemon, names in files) may not steer the terminal, so its control characters are escaped.</summary>
internal static class Terminal
{
    /// <summary>Prints a line on standard output.</summary>
    public static Task WriteLineAsync(string line) => Console.Out.WriteLineAsync(PlainText.Escape(line));

    /// <summary>Prints a text of several lines. A document of Gorb's has nothing that is escaped here: it comes out as it is.</summary>
    public static Task WriteAsync(string text) => Console.Out.WriteAsync(string.Join('\n', text.Split('\n').Select(PlainText.Escape)));

    /// <summary>Prints a line on standard error.</summary>
    public static Task WriteErrorAsync(string line) => Console.Error.WriteLineAsync(PlainText.Escape(line));
}
