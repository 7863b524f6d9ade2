using System.Net;
using System.Text.Json.Nodes;
using Gorb.Model.Merging;

namespace Gorb.Sources.Docker;

/// <summary>One run of <see cref="ClaimResolver"/>.</summary>
/// <param name="source">The source that the link declares.</param>
/// <param name="rules">The limits on labels.</param>
/// <param name="claims">The claims of all containers.</param>
/// <param name="table">The Gorb's wanted table.</param>
/// <param name="host">The default addresses that Gorb assigns to services without an address, as far as the link knows them.</param>
/// <param name="listeners">Reads the listeners of Gorb's host; null when the Gorb runs on another host.</param>
/// <param name="groups">The claims by service.</param>
internal sealed class Resolution(
    string source, LabelRules rules, Claims claims, GorbTable table, HostAddress host, Func<IReadOnlyList<Listener>>? listeners, IReadOnlyList<ServiceClaims> groups)
{
    private readonly Dictionary<string, WantedService> _services = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Service, string Name), WantedBackend> _backends = [];
    private readonly List<string> _complaints = [];
    private readonly Dictionary<(IPAddress?, int, string), string> _occupied = [];
    private readonly Dictionary<string, string> _heirs = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ServiceClaims> _groups = groups.ToDictionary(group => group.Name, StringComparer.Ordinal);
    private readonly HashSet<string> _begun = new(StringComparer.Ordinal);
    private readonly HashSet<string> _refused = new(StringComparer.Ordinal);

    public Wanted Run()
    {
        foreach (var name in table.Services)
        {
            if (ServiceClaims.PlaceOf(table.Find(name)!) is { } place)
            {
                _occupied.TryAdd(Key(place), name);
            }
        }

        foreach (var group in groups.OrderBy(group => group.Live.Count == 0).ThenBy(group => !group.KeepsPlace)) // stable sort: the older container comes first
        {
            Decide(group);
        }

        return new Wanted(_services, _backends, [.. _complaints.Distinct()]);
    }

    private void Decide(ServiceClaims group)
    {
        if (!_begun.Add(group.Name))
        {
            return;
        }

        if (group.IsForeign && !rules.Join)
        {
            Complain(group.Live, $"service {group.Name} was not made by the link, so containers do not join it; start the link with --join, or name another service with label gorb.service");
        }
        else if (group.IsForeign)
        {
            Accept(group, group.All[0].Service, group.Live);
        }
        else if (group.Live.Count == 0)
        {
            Keep(group);
        }
        else
        {
            DecidePlace(group);
        }
    }

    private void DecidePlace(ServiceClaims group)
    {
        var loops = group.Live.Where(claim => group.IsLoop(claim, group.Holder is null ? claim.Service.Place : group.Place)).ToList();
        foreach (var claim in loops)
        {
            Complain([claim], $"{claim.Service.Cause}: the container listens at {new IPEndPoint(claim.Backend.Place.Address!, claim.Backend.Place.Port)} itself, "
                + $"which would be the address of service {group.Name}, too; give the service another port or address with label gorb.vip (\":8080\")");
        }

        var served = group.Live.Except(loops).ToList();
        if (group.Holder is not { } holder)
        {
            Refuse(group);
            return;
        }

        if (Obstacle(group, holder, out var replaced) is { } obstacle)
        {
            served.ForEach(claim => Complain([claim], $"{claim.Service.Cause}: service {group.Name} cannot stand at {group.Place}: {obstacle}"));
            Refuse(group);
            return;
        }

        Take(group, holder, replaced);
        var agreeing = served.FindAll(group.Agrees);
        Warn(group, holder, served.Except(agreeing), agreeing);
        Accept(group, holder.Service, agreeing);
    }

    private void Refuse(ServiceClaims group)
    {
        _refused.Add(group.Name);
        Keep(group);
    }

    private void Warn(ServiceClaims group, Claim holder, IEnumerable<Claim> elsewhere, IEnumerable<Claim> agreeing)
    {
        foreach (var claim in elsewhere)
        {
            Complain([claim], $"{claim.Service.Cause}: service {group.Name} stands at {group.Place} for container {holder.Source.Name} and is not moved; "
                + "ask for that address, or name another service with label gorb.service");
        }

        foreach (var claim in agreeing.Where(claim => !claim.Service.IsAwaiting && !holder.Service.IsAwaiting && !JsonNode.DeepEquals(claim.Service.Members, holder.Service.Members)))
        {
            Complain([claim], $"says {claim.Service.Members.ToJsonString()} of service {group.Name}, where container {holder.Source.Name} says {holder.Service.Members.ToJsonString()}, which holds");
        }
    }

    private void Accept(ServiceClaims group, WantedService service, IEnumerable<Claim> accepted)
    {
        _services[group.Name] = service;
        foreach (var claim in accepted)
        {
            _backends.TryAdd((group.Name, claim.Backend.Name), claim.Backend);
        }

        KeepLeaving(group, group.Name);
    }

    /// <summary>Keeps a service without accepted claims unchanged until its stopping containers have ended, or until another service replaces it.</summary>
    private void Keep(ServiceClaims group)
    {
        var heir = _heirs.GetValueOrDefault(group.Name);
        if (heir is null && group.All.FirstOrDefault(claim => claim.Backend.IsLeaving) is { } leaving && group.Present is not null)
        {
            _services[group.Name] = leaving.Service with { Members = [] };
        }

        KeepLeaving(group, heir ?? group.Name);
    }

    /// <summary>Keeps the existing backends of stopping containers, so that they serve their present clients. No backend is added for a stopping container.</summary>
    private void KeepLeaving(ServiceClaims group, string service)
    {
        foreach (var claim in group.All.Where(claim => claim.Backend.IsLeaving && table.Find(group.Name, claim.Backend.Name) is not null))
        {
            _backends.TryAdd((service, claim.Backend.Name), claim.Backend with { Service = service });
        }
    }

    /// <summary>Why a service cannot have the address that its holder claims, with the remedy; null when it can.</summary>
    /// <param name="group">The service.</param>
    /// <param name="holder">The claim that determines the service's address.</param>
    /// <param name="replaced">The service at that address, which this one may replace; null when the address is free.</param>
    private string? Obstacle(ServiceClaims group, Claim holder, out string? replaced)
    {
        replaced = null;
        if (group.KeepsPlace || holder.Service.IsAwaiting)
        {
            return null;
        }

        var key = Key(group.Place);
        if (_occupied.TryGetValue(key, out var mover) && _groups.TryGetValue(mover, out var moving) && !moving.KeepsPlace)
        {
            Decide(moving); // that service may be about to move and free the address
        }

        replaced = _occupied.GetValueOrDefault(key);
        var obstacle = replaced is null ? Listening(group) : Standing(replaced);
        return obstacle is null ? null : $"{obstacle}; choose another port or address with label gorb.vip (\":8080\"){(replaced is null ? $", or start the link with --allow-port free,{group.Place.Port}" : "")}";
    }

    /// <summary>Why an existing service keeps its address; null when it gives the address up.</summary>
    private string? Standing(string name)
    {
        return table.Source(name) is { } holder && !SourceName.IsDocker(holder) ? $"service {name}, which was not made by the link, stands there"
            : _groups.TryGetValue(name, out var group) && group.Live.Count > 0 && !_refused.Contains(name) ? $"service {name} of container {group.Holder?.Source.Name} stands there"
            : table.Backends(name).Any(backend => backend.Source != source) ? $"service {name} stands there, with backends that are not of this engine"
            : null;
    }

    /// <summary>The program or container that already receives packets at the claimed address. Null when none does, when --allow-port lists the port, or when the link
    /// cannot know.</summary>
    private string? Listening(ServiceClaims group)
    {
        var place = ServiceClaims.Resolved(group.Place, host);
        if (listeners is null || rules.Ports.Lists(place.Port) || place.Address is not { } address)
        {
            return null;
        }

        var members = group.All.Select(claim => claim.Source.Id).ToHashSet();
        if (claims.Running.FirstOrDefault(other => !members.Contains(other.Id)
            && other.Ports.Any(port => port.Public == place.Port && port.Protocol == place.Protocol && port.Covers(address))) is { } publisher)
        {
            return $"container {publisher.Name} publishes its own port there";
        }

        var found = listeners().FirstOrDefault(listener => listener.Protocol == place.Protocol && listener.Port == place.Port && listener.Covers(address) && !IsExplained(listener, group));
        return found.Address is null ? null : $"a program of this host listens at {found}";
    }

    /// <summary>Whether a listener is no conflict: the engine listens for a port that a container publishes, or a container of the service itself listens.</summary>
    private bool IsExplained(Listener listener, ServiceClaims group) =>
        claims.Recent.Any(container => container.Ports.Any(port => port.Public == listener.Port && port.Protocol == listener.Protocol && listener.Address.Equals(port.Host)))
        || group.Live.Any(claim => claim.Backend.Kind == EndpointKind.HostNetwork && claim.Backend.Place.Port == listener.Port && claim.Service.Place.Protocol == listener.Protocol);

    private void Take(ServiceClaims group, Claim holder, string? replaced)
    {
        if (group.KeepsPlace || holder.Service.IsAwaiting)
        {
            return;
        }

        if (group.Present is not null && ServiceClaims.PlaceOf(group.Present) is { } former)
        {
            _occupied.Remove(Key(former));
        }

        _occupied[Key(group.Place)] = group.Name;
        if (replaced is null)
        {
            return;
        }

        _heirs[replaced] = group.Name;
        _services.Remove(replaced);
        foreach (var (key, backend) in _backends.Where(entry => entry.Key.Service == replaced).ToList())
        {
            _backends.Remove(key);
            _backends.TryAdd((group.Name, key.Name), backend with { Service = group.Name });
        }
    }

    private (IPAddress?, int, string) Key(ServicePlace place) => (ServiceClaims.Resolved(place, host).Address, place.Port, place.Protocol);

    private void Complain(IEnumerable<Claim> refused, string text) => _complaints.AddRange(refused.Select(claim => $"container {claim.Source.Name}: {text}"));
}
