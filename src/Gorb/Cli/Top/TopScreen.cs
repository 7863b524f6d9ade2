using System.Runtime.InteropServices;

namespace Gorb.Cli.Top;

/// <summary>
/// The terminal while a verb draws on all of it. The shell's lines come back when it is disposed of, which also happens on Ctrl-C, and when the program is told to end or the terminal
/// hangs up; while the program is stopped (Ctrl-Z), they are there, too.
/// </summary>
internal sealed class TopScreen : IDisposable
{
    private const string Enter = "\x1b[?1049h\x1b[?25l\x1b[2J", Leave = "\x1b[?25h\x1b[?1049l";

    private readonly List<PosixSignalRegistration> _signals = [];

    /// <param name="end">Called on another thread when the program is to end.</param>
    /// <param name="redraw">Called on another thread when the size has changed, or the screen must be drawn anew.</param>
    public TopScreen(Action end, Action redraw)
    {
        foreach (var signal in (PosixSignal[])[PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGQUIT, PosixSignal.SIGHUP])
        {
            _signals.Add(PosixSignalRegistration.Create(signal, context =>
            {
                context.Cancel = true; // the program ends by itself, after the screen is restored
                end();
            }));
        }

        _signals.Add(PosixSignalRegistration.Create(PosixSignal.SIGWINCH, _ => redraw()));
        _signals.Add(PosixSignalRegistration.Create(PosixSignal.SIGTSTP, static _ => Console.Out.Write(Leave)));
        _signals.Add(PosixSignalRegistration.Create(PosixSignal.SIGCONT, _ =>
        {
            Console.Out.Write(Enter);
            redraw();
        }));
        Console.Out.Write(Enter);
    }

    /// <summary>The size in columns and lines.</summary>
    public static (int Width, int Height) Size => (Console.WindowWidth, Console.WindowHeight) is ( > 0, > 0) and var size ? size : (80, 24); // docker exec may not know it yet

    /// <summary>Draws all lines, without flicker.</summary>
    public static Task DrawAsync(IEnumerable<string> lines) => Console.Out.WriteAsync($"\x1b[H{string.Join("\x1b[K\r\n", lines)}\x1b[K\x1b[J");

    public void Dispose()
    {
        foreach (var signal in _signals)
        {
            signal.Dispose();
        }

        Console.Out.Write(Leave);
    }
}
