namespace Gorb.Model;

/// <summary>
/// One version of the wanted table. A subscriber keeps the version it saw last and asks the latest version for the changes since:
/// intermediate versions cannot be missed, and unchanged services are skipped. Only a subscriber that follows every version may hold one, because it keeps all later versions in memory.
/// </summary>
/// <param name="table">The wanted table.</param>
/// <param name="touched">Names of the services that may differ from the previous version.</param>
/// <param name="origins">The origins of the changes since the previous version.</param>
internal sealed class TableVersion(Table table, IReadOnlyCollection<string> touched, ChangeOrigins origins)
{
    /// <summary>The next version. Versions link forward only, so the collector can free a version once no subscriber holds it or an earlier one.</summary>
    private volatile TableVersion? _next;

    public Table Table => table;

    /// <summary>The origins of the changes between the previous version and this one.</summary>
    public ChangeOrigins Origins => origins;

    /// <summary>Creates the next version and links it. Only the writer calls this, before it publishes the new version.</summary>
    public TableVersion Append(Table next, IReadOnlyCollection<string> touched, ChangeOrigins origins) => _next = new TableVersion(next, touched, origins);

    /// <summary>Returns the names of the services that may differ between an earlier version and this one.</summary>
    /// <param name="seen">The earlier version; null for an empty table before the first version.</param>
    public IReadOnlyCollection<string> ChangedSince(TableVersion? seen)
    {
        if (seen is null)
        {
            return [.. table.Services.Keys];
        }

        if (ReferenceEquals(seen._next, this))
        {
            return touched; // the common case: one version ahead
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
