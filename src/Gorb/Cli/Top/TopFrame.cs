using System.Globalization;
using Gorb.Cli.Show;
using Gorb.Model.Text;

namespace Gorb.Cli.Top;

/// <summary>Draws the lines of a screen.</summary>
/// <param name="server">The daemon's address.</param>
/// <param name="table">The table.</param>
/// <param name="state">What is shown.</param>
internal sealed class TopFrame(string server, LiveTable table, TopState state)
{
    /// <summary>Lines that are not rows: the title, the choice, the headings and the keys.</summary>
    private const int OtherLines = 4;

    private const string Keys = "q quit  / filter  d only down  Enter open  Esc back  sort: s state n name c conns r rate i in o out";

    private IReadOnlyList<TopRow> _rows = [];

    /// <summary>The number of rows that fit on the last screen.</summary>
    public int Page { get; private set; } = 1;

    /// <summary>The name of the selected row; null when there is none.</summary>
    public string? Selected => state.Selected < _rows.Count ? _rows[state.Selected].Name : null;

    /// <summary>The lines of a screen, exactly as many as it has.</summary>
    /// <param name="width">Its width.</param>
    /// <param name="height">Its height.</param>
    /// <param name="now">The time of the daemon.</param>
    /// <param name="trouble">Why the table is not kept up to date; null while it is.</param>
    public IEnumerable<string> Draw(int width, int height, DateTimeOffset now, string? trouble)
    {
        _rows = TopRows.Of(table, state, now);
        Page = Math.Max(1, height - OtherLines);
        var selected = state.Select(_rows.Count);
        var first = selected / Page * Page;
        var page = _rows.Skip(first).Take(Page).ToList();
        var layout = new TopLayout(Columns, page, width);
        string[] lines =
        [
            Bold(TopLayout.Cut(Title(now), width)),
            trouble is null ? TopLayout.Cut(Choice(first, page.Count), width) : Paint(TopLayout.Cut(PlainText.Escape(trouble), width), Tone.Bad),
            Bold(layout.Headings),
            .. page.Select((row, place) => Paint(layout.Format(row), TableRow.Of(row.State), first + place == selected)),
        ];
        return lines.Concat(Enumerable.Repeat("", Math.Max(0, height - 1 - lines.Length))).Take(height - 1).Append(TopLayout.Cut(state.IsTyping ? "Enter keep the filter  Esc drop it" : Keys, width));
    }

    /// <summary>The rows as plain text, of any width.</summary>
    public IEnumerable<string> Print(DateTimeOffset now)
    {
        var rows = TopRows.Of(table, state, now);
        var layout = new TopLayout(Columns, rows, 0);
        return rows.Select(layout.Format).Prepend(layout.Headings);
    }

    private TopColumn[] Columns => state.Service is null ? TopRow.ServiceColumns : TopRow.BackendColumns;

    private string Title(DateTimeOffset now)
    {
        var states = state.Service is { } service ? (table.Find(service)?.Backends ?? []).Select(static backend => backend.State) : table.Services.Select(static one => one.State);
        var counts = states.CountBy(static word => word).OrderBy(static count => count.Key, StringComparer.Ordinal).Select(static count => string.Create(CultureInfo.InvariantCulture, $"{count.Value} {count.Key}"));
        var time = now.ToUniversalTime().ToString("HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        return $"gorb top  {time}  {PlainText.Escape(state.Service ?? "services")}: {string.Join(", ", counts.DefaultIfEmpty("none"))}  {server}";
    }

    private string Choice(int first, int shown)
    {
        var place = _rows.Count > shown ? string.Create(CultureInfo.InvariantCulture, $"{first + 1}-{first + shown} of {_rows.Count}  ") : "";
        var filter = state.IsTyping ? $"  filter: {PlainText.Escape(state.Filter)}_" : state.Filter.Length > 0 ? $"  filter: {PlainText.Escape(state.Filter)}" : "";
        return $"{place}by {TopSorts.Name(state.Sort)}{(state.IsDownOnly ? "  only down" : "")}{filter}{(table.KernelError is { } error ? $"  kernel: {PlainText.Escape(error)}" : "")}";
    }

    private static string Bold(string line) => $"\x1b[1m{line}\x1b[0m";

    private static string Paint(string line, Tone tone, bool isSelected = false)
    {
        var color = tone == Tone.Plain || !Terminal.HasColor ? "" : tone == Tone.Bad ? "\x1b[31m" : "\x1b[33m";
        return color.Length == 0 && !isSelected ? line : $"{color}{(isSelected ? "\x1b[7m" : "")}{line}\x1b[0m";
    }
}
