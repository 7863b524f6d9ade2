using System.Text.Json;
using Gorb.Model;
using Gorb.Model.Merging;

namespace Gorb.Documents;

/// <summary>A document that was read, and merged with one version of the wanted table.</summary>
/// <param name="Entries">The services as the document has them.</param>
/// <param name="Hosts">What its hosts stand for.</param>
/// <param name="Options">How it is applied.</param>
/// <param name="Own">Whose objects it may change and prune.</param>
/// <param name="Services">What each entry makes of its service.</param>
internal sealed record ParsedConfig(
    IReadOnlyList<(string Name, JsonElement Body)> Entries, ConfigHosts Hosts, ConfigOptions Options, Ownership Own, IReadOnlyList<DraftService> Services)
{
    private readonly HashSet<string> _names = Entries.Select(entry => entry.Name).ToHashSet();

    /// <summary>The entries that were read against what the table no longer holds.</summary>
    public List<int> FindStale(Table table) => [.. Enumerable.Range(0, Services.Count).Where(index => Services[index].IsStale(table))];

    /// <summary>Names of the services in which the source has something and that the document does not speak of.</summary>
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
