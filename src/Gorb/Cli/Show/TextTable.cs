using Gorb.Model.Text;

namespace Gorb.Cli.Show;

/// <summary>How urgent a row is, which a terminal shows in colour.</summary>
internal enum Tone
{
    Plain,
    Warning,
    Bad,
}

/// <summary>A row of a table: its cells, and how urgent it is.</summary>
internal sealed record TableRow(Tone Tone, params IReadOnlyList<string> Cells)
{
    /// <summary>The name, which identifies the row.</summary>
    public string Name => Cells[0];

    public static Tone Of(string state) => state switch
    {
        "down" or "missing" => Tone.Bad,
        "degraded" or "draining" or "drained" or "unchecked" or "empty" => Tone.Warning,
        _ => Tone.Plain,
    };
}

/// <summary>Formats rows in columns.</summary>
/// <param name="columns">The headings.</param>
internal sealed class TextTable(params IReadOnlyList<string> columns)
{
    private const string Gap = "   ";

    private readonly int[] _widths = [.. columns.Select(static heading => heading.Length)];

    /// <summary>The lines of the rows, with the headings first. Columns are never narrower than before, so that later rows stand below.</summary>
    public IEnumerable<string> Format(IReadOnlyList<TableRow> rows, bool hasHeadings = true)
    {
        foreach (var (column, width) in _widths.Index())
        {
            _widths[column] = Math.Max(width, rows.Select(row => PlainText.Escape(row.Cells[column]).Length).DefaultIfEmpty().Max());
        }

        return (hasHeadings ? [Line(new TableRow(Tone.Plain, columns))] : Enumerable.Empty<string>()).Concat(rows.Select(Line));
    }

    private string Line(TableRow row)
    {
        var text = string.Join(Gap, row.Cells.Select((cell, column) => (cell.Length == 0 ? "-" : PlainText.Escape(cell)).PadRight(_widths[column]))).TrimEnd();
        return row.Tone == Tone.Plain || !Terminal.HasColor ? text : $"\x1b[{(row.Tone == Tone.Bad ? "31" : "33")}m{text}\x1b[0m";
    }
}
