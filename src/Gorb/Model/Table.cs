using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Gorb.Ipvs;

namespace Gorb.Model;

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
        var services = Services.SetItem(service.Name, service);
        var key = service.Spec.Key;
        return Find(service.Name)?.Spec.Key is not { } old ? new(services, Names.SetItem(key, service.Name))
            : old == key ? new(services, Names)
            : new(services, Names.Remove(old).SetItem(key, service.Name));
    }

    /// <summary>The part of it that some names stand for.</summary>
    public Table Only(IEnumerable<string> names)
    {
        var part = new Builder(Empty);
        foreach (var service in names.Select(Find).OfType<Service>())
        {
            part.TryAdd(service, out _);
        }

        return part.ToTable();
    }

    public Table Without(Service service) => new(Services.Remove(service.Name), Names.Remove(service.Spec.Key));

    /// <summary>A table on which many changes are made at once, without a table for each of them.</summary>
    public sealed class Builder(Table table)
    {
        private readonly ImmutableSortedDictionary<string, Service>.Builder _services = table.Services.ToBuilder();
        private readonly ImmutableDictionary<ServiceKey, string>.Builder _names = table.Names.ToBuilder();

        /// <summary>Removes the service of a name, which need not be there.</summary>
        public void Remove(string name)
        {
            if (_services.TryGetValue(name, out var service))
            {
                _services.Remove(name);
                _names.Remove(service.Spec.Key);
            }
        }

        /// <summary>Adds a service whose name is free.</summary>
        /// <param name="service">The service.</param>
        /// <param name="owner">Who stands at its key already, when somebody does; then it is not added.</param>
        public bool TryAdd(Service service, [NotNullWhen(false)] out string? owner)
        {
            if (_names.TryGetValue(service.Spec.Key, out owner))
            {
                return false;
            }

            _names.Add(service.Spec.Key, service.Name);
            _services.Add(service.Name, service);
            return true;
        }

        public Table ToTable() => new(_services.ToImmutable(), _names.ToImmutable());
    }
}
