namespace Gorb.Model;

/// <summary>
/// One wanted table in the row of them. Whoever follows the table keeps the version that was seen last and asks the latest one what changed since:
/// however many came between, nothing is missed, and what did not change is not looked at.
/// </summary>
/// <param name="table">The table.</param>
/// <param name="touched">Names of the services in which it may differ from the version before.</param>
/// <param name="origins">Who changed them.</param>
internal sealed class TableVersion(Table table, IReadOnlyCollection<string> touched, ChangeOrigins origins)
{
    /// <summary>Later versions are reached from earlier ones, and not the other way, so that a version lives only as long as somebody stands at it or before it.</summary>
    private volatile TableVersion? _next;

    public Table Table => table;

    /// <summary>Who made the changes that lead from the version before to this one.</summary>
    public ChangeOrigins Origins => origins;

    /// <summary>The version after this one; called by the writer, before anybody sees that version.</summary>
    public TableVersion Append(Table next, IReadOnlyCollection<string> touched, ChangeOrigins origins) => _next = new TableVersion(next, touched, origins);

    /// <summary>Names of the services in which this version may differ from an earlier one.</summary>
    /// <param name="seen">The earlier version; null for an empty table before all of them.</param>
    public IReadOnlyCollection<string> ChangedSince(TableVersion? seen)
    {
        if (seen is null)
        {
            return [.. table.Services.Keys];
        }

        if (ReferenceEquals(seen._next, this))
        {
            return touched; // the usual case
        }

        var names = new HashSet<string>();
        while (!ReferenceEquals(seen, this))
        {
            seen = seen._next!;
            names.UnionWith(seen.Touched);
        }

        return names;
    }

    private IReadOnlyCollection<string> Touched => touched;
}
