using System.Text.Json;
using Gorb.Model;

namespace Gorb.Documents;

/// <summary>A document that was read against one version of the wanted table.</summary>
/// <param name="Entries">The services as the document has them.</param>
/// <param name="Hosts">What its hosts stand for.</param>
/// <param name="Options">How it is applied.</param>
/// <param name="Services">What was read of each entry.</param>
internal sealed record ParsedConfig(
    IReadOnlyList<(string Name, JsonElement Body)> Entries, ConfigHosts Hosts, ConfigOptions Options, IReadOnlyList<DraftService> Services)
{
    private readonly HashSet<string> _names = Entries.Select(entry => entry.Name).ToHashSet();

    /// <summary>The entries that were read against what the table no longer holds.</summary>
    public List<int> FindStale(Table table) =>
        [.. Enumerable.Range(0, Services.Count).Where(index => !ReferenceEquals(table.Find(Services[index].Name), Services[index].Present))];

    /// <summary>Names of the services that the document removes from a table.</summary>
    public IEnumerable<string> FindRemoved(Table table) => Options.Prune ? table.Services.Keys.Where(name => !_names.Contains(name)) : [];
}

/// <summary>A service of a document.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Present">The service that it was read against; null when there was none.</param>
/// <param name="Wanted">What it is to be: the present one where nothing differs.</param>
internal sealed record DraftService(string Name, Service? Present, Service Wanted);
