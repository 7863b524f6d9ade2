using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Gorb.Ipvs;
using Gorb.Model.Merging;

namespace Gorb.Model;

/// <summary>The wanted table: immutable, so that readers need no lock and a refused change is undone by keeping the old one.</summary>
/// <param name="Services">Services by name.</param>
/// <param name="Names">Which service owns which key of the kernel; two services never share one.</param>
internal sealed record Table(ImmutableSortedDictionary<string, Service> Services, ImmutableDictionary<ServiceKey, string> Names)
{
    public static Table Empty { get; } = new(
        ImmutableSortedDictionary.Create<string, Service>(StringComparer.Ordinal),
        ImmutableDictionary<ServiceKey, string>.Empty);

    /// <summary>What sources declared beyond it.</summary>
    public Declarations Declarations { get; init; } = Declarations.None;

    /// <summary>A service, which need not be there, with the claims on it.</summary>
    public Merged Merged(string name) => new(Find(name), Declarations.On(name));

    public Service? Find(string name) => Services.GetValueOrDefault(name);

    public Table With(Service service)
    {
        var services = Services.SetItem(service.Name, service);
        var key = service.Spec.Key;
        return this with
        {
            Services = services,
            Names = Find(service.Name)?.Spec.Key is not { } old ? Names.SetItem(key, service.Name)
                : old == key ? Names
                : Names.Remove(old).SetItem(key, service.Name),
        };
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

    public Table Without(Service service) => this with { Services = Services.Remove(service.Name), Names = Names.Remove(service.Spec.Key) };

    /// <summary>A table on which many changes are made at once, without a table for each of them.</summary>
    public sealed class Builder(Table table)
    {
        private readonly ImmutableSortedDictionary<string, Service>.Builder _services = table.Services.ToBuilder();
        private readonly ImmutableDictionary<ServiceKey, string>.Builder _names = table.Names.ToBuilder();
        private Declarations _declarations = table.Declarations;

        public Declarations Declarations => _declarations;

        public bool HasClaims => !_declarations.Claims.IsEmpty;

        /// <summary>Names of the services on which there are claims.</summary>
        public IEnumerable<string> ClaimedServices => _declarations.Claims.Keys;

        public Service? Find(string name) => _services.GetValueOrDefault(name);

        /// <summary>The service at a place.</summary>
        public Service? At(ServiceKey key) => _names.TryGetValue(key, out var name) ? _services[name] : null;

        public ImmutableArray<Claim> Claims(string service) => _declarations.On(service);

        public void SetClaims(string service, ImmutableArray<Claim> claims) => _declarations = _declarations.With(service, claims);

        /// <param name="name">The source.</param>
        /// <param name="state">What is kept of it; null for nothing.</param>
        public void SetSource(string name, SourceState? state) => _declarations = _declarations with
        {
            Sources = state is null ? _declarations.Sources.Remove(name) : _declarations.Sources.SetItem(name, state),
        };

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

        public Table ToTable() => new(_services.ToImmutable(), _names.ToImmutable()) { Declarations = _declarations };
    }
}
