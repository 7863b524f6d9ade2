using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Gorb.Ipvs;
using Gorb.Model.Merging;

namespace Gorb.Model;

/// <summary>The wanted table. It is immutable, so readers need no lock, and a rejected change is undone by keeping the old table.</summary>
/// <param name="Services">Services by name.</param>
/// <param name="Names">The name of the service that owns each kernel key; two services never share a key.</param>
internal sealed record Table(ImmutableSortedDictionary<string, Service> Services, ImmutableDictionary<ServiceKey, string> Names)
{
    public static Table Empty { get; } = new(
        ImmutableSortedDictionary.Create<string, Service>(StringComparer.Ordinal),
        ImmutableDictionary<ServiceKey, string>.Empty);

    /// <summary>Declarations of sources that are not part of the table: claims and source states.</summary>
    public Declarations Declarations { get; init; } = Declarations.None;

    /// <summary>The tokens of the API by name. They are saved with the table, and take effect with its next version.</summary>
    public ImmutableSortedDictionary<string, Token> Tokens { get; init; } = Token.None;

    public TableSize Size { get; private init; }

    /// <summary>Returns the service of a name, if there is one, with the claims on the name.</summary>
    public Merged Merged(string name) => new(Find(name), Declarations.On(name));

    public Service? Find(string name) => Services.TryGetValue(name, out var service) ? service : null;

    public Table With(Service service)
    {
        var services = Services.SetItem(service.Name, service);
        var key = service.Spec.Key;
        var former = Find(service.Name);
        return this with
        {
            Services = services,
            Names = former?.Spec.Key is not { } old ? Names.SetItem(key, service.Name)
                : old == key ? Names
                : Names.Remove(old).SetItem(key, service.Name),
            Size = Size.Without(former).With(service),
        };
    }

    /// <summary>Returns a table of the named services only. Unknown names are skipped.</summary>
    public Table Only(IEnumerable<string> names)
    {
        var part = new Builder(Empty);
        foreach (var service in names.Select(Find).OfType<Service>())
        {
            part.TryAdd(service, out _);
        }

        return part.ToTable();
    }

    /// <summary>Returns what a client with a scope may see: its services, and the claims on their names.</summary>
    public Table Within(ServiceScope scope)
    {
        if (scope.IsAll)
        {
            return this;
        }

        var claims = Declarations.Claims.Keys.Aggregate(Declarations, (all, name) => all.With(name, scope.Includes(name)
            ? Declarations.On(name).RemoveAll(claim => !scope.Includes((claim.Spec ?? Find(name)?.Spec)?.Key))
            : []));
        return Only(Services.Values.Where(scope.Includes).Select(static service => service.Name)) with { Declarations = claims };
    }

    public Table Without(Service service) => this with
    {
        Services = Services.Remove(service.Name),
        Names = Names.Remove(service.Spec.Key),
        Size = Size.Without(Find(service.Name)),
    };

    /// <summary>Applies many changes and builds one table at the end, without intermediate tables.</summary>
    public sealed class Builder(Table table)
    {
        private readonly ImmutableSortedDictionary<string, Service>.Builder _services = table.Services.ToBuilder();
        private readonly ImmutableDictionary<ServiceKey, string>.Builder _names = table.Names.ToBuilder();
        private Declarations _declarations = table.Declarations;
        private TableSize _size = table.Size;

        public Declarations Declarations => _declarations;

        public bool HasClaims => !_declarations.Claims.IsEmpty;

        /// <summary>Names of the services that have claims.</summary>
        public IEnumerable<string> ClaimedServices => _declarations.Claims.Keys;

        public Service? Find(string name) => _services.GetValueOrDefault(name);

        /// <summary>Finds the service with a kernel key.</summary>
        public Service? At(ServiceKey key) => _names.TryGetValue(key, out var name) ? _services[name] : null;

        public ImmutableArray<Claim> Claims(string service) => _declarations.On(service);

        public void SetClaims(string service, ImmutableArray<Claim> claims) => _declarations = _declarations.With(service, claims);

        /// <param name="name">The name of the source.</param>
        /// <param name="state">The new state of the source; null removes the source.</param>
        public void SetSource(string name, SourceState? state) => _declarations = _declarations with
        {
            Sources = state is null ? _declarations.Sources.Remove(name) : _declarations.Sources.SetItem(name, state),
        };

        /// <summary>Removes the service of a name, if it exists.</summary>
        public void Remove(string name)
        {
            if (_services.TryGetValue(name, out var service))
            {
                _services.Remove(name);
                _size = _size.Without(service);
                _names.Remove(service.Spec.Key);
            }
        }

        /// <summary>Adds a service unless its kernel key is taken. Its name must be free.</summary>
        /// <param name="service">The service to add.</param>
        /// <param name="owner">The name of the service that has the key already, if the result is false.</param>
        public bool TryAdd(Service service, [NotNullWhen(false)] out string? owner)
        {
            if (_names.TryGetValue(service.Spec.Key, out owner))
            {
                return false;
            }

            _names.Add(service.Spec.Key, service.Name);
            _services.Add(service.Name, service);
            _size = _size.With(service);
            return true;
        }

        public Table ToTable() => new(_services.ToImmutable(), _names.ToImmutable()) { Declarations = _declarations, Tokens = table.Tokens, Size = _size };
    }
}
