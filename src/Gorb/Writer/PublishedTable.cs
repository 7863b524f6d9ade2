using Gorb.Model;

namespace Gorb.Writer;

/// <summary>The wanted table that everybody sees. The writer alone publishes; any thread may read.</summary>
internal sealed class PublishedTable
{
    private volatile TableVersion _latest = new(Table.Empty, [], ChangeOrigins.None);

    /// <summary>Raised by the writer when a batch has been published; must not block.</summary>
    public event Action? Changed;

    public TableVersion Latest => _latest;

    public Table Current => _latest.Table;

    /// <summary>Publishes the table that a batch made.</summary>
    public void Publish(Table table, IReadOnlyCollection<string> touched, ChangeOrigins origins) => _latest = _latest.Append(table, touched, origins);

    /// <summary>Publishes a table that the start found, which is nobody's change.</summary>
    public void PublishWhole(Table table) => Publish(table, [.. table.Services.Keys], ChangeOrigins.None);

    /// <summary>Tells those who follow the table.</summary>
    public void Announce() => Changed?.Invoke();
}
