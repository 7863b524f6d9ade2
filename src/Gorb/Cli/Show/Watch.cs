using Gorb.Cli.Objects;
using Gorb.Client;

namespace Gorb.Cli.Show;

/// <summary>Prints a table again whenever it changes: on a terminal in place, else the rows that differ.</summary>
/// <param name="client">The daemon.</param>
/// <param name="what">What the table shows.</param>
/// <param name="wide">True for all columns.</param>
/// <param name="time">The clock.</param>
internal sealed class Watch(GorbClient client, string what, bool wide, TimeProvider time)
{
    /// <summary>Column that changes all the time.</summary>
    private const string Since = "SINCE";

    /// <summary>The interval between two looks without an event: counters are no events.</summary>
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    private readonly Dictionary<string, string> _printed = [];
    private TextTable? _table;

    /// <returns>The exit status when the daemon ends its stream of events.</returns>
    public async Task<int> RunAsync(CancellationToken stop)
    {
        await using var changes = new ChangeListener(client, null, time);
        do
        {
            await PrintAsync(await Views.ReadAsync(client, what, wide, stop));
        }
        while (await changes.WaitAsync(Interval, stop));
        return await DaemonCall.FailAsync($"{client.Url} has ended its stream of events", ExitStatus.Unreachable);
    }

    private async Task PrintAsync(View view)
    {
        var isFirst = _table is null;
        _table ??= new TextTable(view.Columns);
        if (Terminal.IsInteractive)
        {
            await Terminal.ClearAsync();
            await Terminal.WriteFormattedAsync(_table.Format(view.Rows));
            return;
        }

        var since = view.Columns.ToList().IndexOf(Since);
        var changed = view.Rows.Where(row =>
        {
            var text = string.Join('\t', row.Cells.Index().Where(cell => cell.Index != since).Select(static cell => cell.Item));
            var differs = _printed.GetValueOrDefault(row.Name) != text;
            _printed[row.Name] = text;
            return differs;
        }).ToList();
        await Terminal.WriteFormattedAsync(_table.Format(changed, isFirst));
    }
}
