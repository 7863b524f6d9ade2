using Gorb.Model;

namespace Gorb.Writer;

/// <summary>The published wanted table. Only the writer publishes; any thread may read.</summary>
internal sealed class PublishedTable
{
    private volatile TableVersion _latest = new(Table.Empty, [], ChangeOrigins.None);

    /// <summary>Raised by the writer after a batch is published. Handlers must not block.</summary>
    public event Action? Changed;

    public TableVersion Latest => _latest;

    public Table Current => _latest.Table;

    /// <summary>Publishes the table that results from a batch.</summary>
    public void Publish(Table table, IReadOnlyCollection<string> touched, ChangeOrigins origins) => _latest = _latest.Append(table, touched, origins);

    /// <summary>Publishes the table that the start loaded. The change has no author.</summary>
    public void PublishWhole(Table table) => Publish(table, [.. table.Services.Keys], ChangeOrigins.None);

    /// <summary>Raises <see cref="Changed"/>.</summary>
    public void Announce() => Changed?.Invoke();
}
