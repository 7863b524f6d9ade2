using System.Text.Json;
using Gorb.Model;
using Gorb.Model.Merging;

namespace Gorb.Documents;

/// <summary>A parsed document, merged with one version of the wanted table.</summary>
/// <param name="Entries">The services of the document.</param>
/// <param name="Hosts">The resolved hosts of the document.</param>
/// <param name="Options">The options for applying the document.</param>
/// <param name="Own">The objects that it may change and prune.</param>
/// <param name="Services">The merged service of each entry.</param>
internal sealed record ParsedConfig(
    IReadOnlyList<(string Name, JsonElement Body)> Entries, ConfigHosts Hosts, ConfigOptions Options, Ownership Own, IReadOnlyList<DraftService> Services)
{
    /// <summary>What the source says that it has left out of the document, and why.</summary>
    public IReadOnlyList<string> Refused { get; init; } = [];

    private readonly HashSet<string> _names = Entries.Select(entry => entry.Name).ToHashSet();

    /// <summary>Returns the indices of entries whose service has changed in the table since they were read.</summary>
    public List<int> FindStale(Table table) => [.. Enumerable.Range(0, Services.Count).Where(index => Services[index].IsStale(table))];

    /// <summary>Returns the names of services with objects of the source that the document does not mention.</summary>
    public IEnumerable<string> FindWithdrawn(Table table) => !Options.Prune ? []
        : table.Services.Values.Where(service => !_names.Contains(service.Name) && HasOwn(service)).Select(service => service.Name)
            .Union(table.Declarations.Claims.Where(claims => !_names.Contains(claims.Key) && claims.Value.Of(Own.Source) is not null).Select(claims => claims.Key));

    private bool HasOwn(Service service)
    {
        if (Own.Has(service.Source))
        {
            return true;
        }

        foreach (var backend in service.Backends.Values)
        {
            if (Own.Has(backend.Source))
            {
                return true;
            }
        }

        return false;
    }
}
