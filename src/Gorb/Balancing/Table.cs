using System.Collections.Immutable;
using Gorb.Ipvs;

namespace Gorb.Balancing;

/// <summary>The wanted table: immutable, so that readers need no lock and a refused change is undone by keeping the old one.</summary>
/// <param name="Services">Services by name.</param>
/// <param name="Names">Which service owns which key of the kernel; two services never share one.</param>
internal sealed record Table(ImmutableSortedDictionary<string, Service> Services, ImmutableDictionary<ServiceKey, string> Names)
{
    public static Table Empty { get; } = new(
        ImmutableSortedDictionary.Create<string, Service>(StringComparer.Ordinal),
        ImmutableDictionary<ServiceKey, string>.Empty);

    public Service? Find(string name) => Services.GetValueOrDefault(name);

    public Table With(Service service)
    {
        var names = Find(service.Name) is { } old ? Names.Remove(old.Spec.Key) : Names;
        return new(Services.SetItem(service.Name, service), names.SetItem(service.Spec.Key, service.Name));
    }

    /// <summary>The part of it that some names stand for.</summary>
    public Table Only(IEnumerable<string> names) => names.Select(Find).OfType<Service>().Aggregate(Empty, static (part, service) => part.With(service));

    public Table Without(Service service) => new(Services.Remove(service.Name), Names.Remove(service.Spec.Key));
}
