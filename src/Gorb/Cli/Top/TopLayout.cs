using Gorb.Model.Text;

namespace Gorb.Cli.Top;

/// <summary>Fits the columns of rows into a width: those of less importance are left out, and the last column is cut off.</summary>
internal sealed class TopLayout
{
    private const int Gap = 2;

    /// <summary>The width that the last column needs to be of use.</summary>
    private const int MinLast = 16;

    private readonly TopColumn[] _columns;
    private readonly int[] _widths;
    private readonly bool[] _isShown;
    private readonly int _width;

    /// <param name="columns">All columns.</param>
    /// <param name="rows">The rows that are shown.</param>
    /// <param name="width">The width of the terminal; 0 for no limit.</param>
    public TopLayout(TopColumn[] columns, IEnumerable<TopRow> rows, int width)
    {
        (_columns, _width, _isShown) = (columns, width, new bool[columns.Length]);
        _widths = Array.ConvertAll(columns, static column => column.Heading.Length);
        foreach (var row in rows)
        {
            for (var i = 0; i < columns.Length; i++)
            {
                _widths[i] = Math.Max(_widths[i], PlainText.Escape(row.Cells[i]).Length);
            }
        }

        var left = width + Gap; // the first column has no gap before it
        foreach (var (column, _) in columns.Index().OrderBy(static one => one.Item.Rank).Select(static one => (one.Index, one.Item)))
        {
            var needed = Gap + (column == columns.Length - 1 ? Math.Min(MinLast, _widths[column]) : _widths[column]);
            _isShown[column] = width == 0 || columns[column].Rank == 0 || needed <= left;
            left -= _isShown[column] ? needed : 0;
        }
    }

    public string Headings => Line(Array.ConvertAll(_columns, static column => column.Heading));

    public string Format(TopRow row) => Line(row.Cells);

    private string Line(string[] cells)
    {
        var shown = cells.Index().Where(cell => _isShown[cell.Index]).Select(cell => Pad(cell.Item.Length == 0 ? "-" : PlainText.Escape(cell.Item), cell.Index));
        return Cut(string.Join(new string(' ', Gap), shown).TrimEnd(), _width);
    }

    private string Pad(string cell, int column) => _columns[column].IsNumber ? cell.PadLeft(_widths[column]) : cell.PadRight(_widths[column]);

    /// <summary>Cuts a line at a width; 0 for no limit.</summary>
    public static string Cut(string line, int width) => width == 0 || line.Length <= width ? line : width < 2 ? line[..width] : $"{line[..(width - 1)]}~";
}
