using System.Globalization;
using System.Text;

namespace Gorb.Tests.Cli.Terminals;

/// <summary>What a terminal shows of a program's output: the few control sequences that Gorb and shells send (ECMA-48), and the second screen of xterm.</summary>
internal sealed class ScreenBuffer(int width, int height)
{
    private readonly StringBuilder _sequence = new();
    private char[][] _lines = Empty(width, height);
    private char[][]? _first;
    private int _line;
    private int _column;

    /// <summary>True while the second screen is shown, which leaves the shell's lines as they were.</summary>
    public bool IsAlternate => _first is not null;

    public bool HasCursor { get; private set; } = true;

    /// <summary>Everything that was written beyond the right margin.</summary>
    public string Overflow { get; private set; } = "";

    /// <summary>The lines, without blanks at their ends.</summary>
    public string[] Lines => [.. _lines.Select(static line => new string(line).TrimEnd())];

    public override string ToString() => string.Join('\n', Lines).TrimEnd('\n');

    public void Write(string text)
    {
        foreach (var letter in text)
        {
            Write(letter);
        }
    }

    private void Write(char letter)
    {
        if (_sequence.Length > 0 || letter == '\x1b')
        {
            Continue(letter);
            return;
        }

        switch (letter)
        {
            case '\r':
                _column = 0;
                break;
            case '\n':
                NextLine();
                break;
            case '\b':
                _column = Math.Max(0, _column - 1);
                break;
            case >= ' ' when _column < width:
                _lines[_line][_column++] = letter;
                break;
            case >= ' ':
                Overflow += letter;
                break;
        }
    }

    private void Continue(char letter)
    {
        _sequence.Append(letter);
        var isSet = _sequence.Length > 1 && _sequence[1] == '[';
        if (isSet ? _sequence.Length > 2 && letter is >= '@' and <= '~' : _sequence.Length > 1 && letter is not ('[' or '(' or ']'))
        {
            Apply(_sequence.ToString()[1..]);
            _sequence.Clear();
        }
    }

    private void Apply(string sequence)
    {
        switch (sequence)
        {
            case "[H":
                (_line, _column) = (0, 0);
                break;
            case "[K":
                Array.Fill(_lines[_line], ' ', _column, width - _column);
                break;
            case "[J":
                Array.Fill(_lines[_line], ' ', _column, width - _column);
                Array.ForEach(_lines[(_line + 1)..], static line => Array.Fill(line, ' '));
                break;
            case "[2J":
                _lines = Empty(width, height);
                break;
            case "[?1049h":
                (_first, _lines) = (_lines, Empty(width, height));
                break;
            case "[?1049l" when _first is not null:
                (_lines, _first) = (_first, null);
                break;
            case "[?25l" or "[?25h":
                HasCursor = sequence[^1] == 'h';
                break;
            case [.., 'C']:
                _column = Math.Min(width - 1, _column + (sequence.Length == 2 ? 1 : int.Parse(sequence[1..^1], CultureInfo.InvariantCulture)));
                break;
        }
    }

    private void NextLine()
    {
        if (++_line == height)
        {
            _line--;
            _lines = [.. _lines[1..], .. Empty(width, 1)];
        }
    }

    private static char[][] Empty(int width, int height) => [.. Enumerable.Range(0, height).Select(_ => new string(' ', width).ToCharArray())];
}
