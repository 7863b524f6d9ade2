namespace Gorb.Cli.Top;

/// <summary>Chooses and orders the rows.</summary>
internal static class TopRows
{
    private static readonly string[] States = ["down", "degraded", "unchecked", "draining", "empty", "up"];

    /// <param name="table">The table.</param>
    /// <param name="state">What is shown.</param>
    /// <param name="now">The time of the daemon.</param>
    public static IReadOnlyList<TopRow> Of(LiveTable table, TopState state, DateTimeOffset now)
    {
        var rows = state.Service is { } service ? (table.Find(service)?.Backends ?? []).Select(backend => TopRow.Of(backend, now)) : table.Services.Select(TopRow.Of);
        var chosen = rows.Where(row => (!state.IsDownOnly || row.State != "up") && (state.Filter.Length == 0 || row.Cells.Any(cell => cell.Contains(state.Filter, StringComparison.OrdinalIgnoreCase))));
        var ordered = state.Sort switch
        {
            TopSort.State => chosen.OrderBy(static row => Array.IndexOf(States, row.State)),
            TopSort.Connections => chosen.OrderByDescending(static row => row.Connections),
            TopSort.Rate => chosen.OrderByDescending(static row => row.Rate),
            TopSort.In => chosen.OrderByDescending(static row => row.In),
            TopSort.Out => chosen.OrderByDescending(static row => row.Out),
            _ => chosen.OrderBy(static _ => 0),
        };
        return [.. ordered.ThenBy(static row => row.Name, StringComparer.Ordinal)];
    }
}
