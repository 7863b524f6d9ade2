using Gorb.Model.Text;

namespace Gorb.Cli;

/// <summary>How far a verb that waits has come: one line that changes on a terminal, else a line each time that it changes.</summary>
/// <param name="output">Where it is printed.</param>
internal sealed class Progress(VerbOutput output)
{
    private const int BarWidth = 20;

    private string? _last;

    /// <summary>Shows a state.</summary>
    /// <param name="text">The state, in words.</param>
    /// <param name="done">The share that is done, from 0 to 1.</param>
    public async Task ShowAsync(string text, double done)
    {
        if (output.IsQuiet || text == _last)
        {
            return;
        }

        _last = text;
        if (Terminal.IsInteractive)
        {
            await Console.Error.WriteAsync($"\r\x1b[K{Bar(done)} {PlainText.Escape(text)}");
        }
        else
        {
            await output.WriteLineAsync(text);
        }
    }

    /// <summary>Removes the line of a terminal, so that a result can be printed.</summary>
    public async Task EndAsync()
    {
        if (_last is not null && Terminal.IsInteractive)
        {
            await Console.Error.WriteAsync("\r\x1b[K");
        }
    }

    private static string Bar(double done)
    {
        var filled = (int)Math.Round(Math.Clamp(done, 0, 1) * BarWidth);
        return $"[{new string('#', filled)}{new string('.', BarWidth - filled)}]";
    }
}
