using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Gorb.Model.Merging;

namespace Gorb.Sources.Docker;

/// <summary>The claims for one service, together with the service as the Gorb has it.</summary>
internal sealed class ServiceClaims
{
    private readonly HostAddress _host;

    /// <param name="name">The service's name.</param>
    /// <param name="claims">The claims, those of older containers first.</param>
    /// <param name="table">The Gorb's wanted table.</param>
    /// <param name="host">The default addresses that Gorb assigns to services without an address, as far as the link knows them.</param>
    public ServiceClaims(string name, IReadOnlyList<Claim> claims, GorbTable table, HostAddress host)
    {
        _host = host;
        Name = name;
        All = claims;
        Present = table.Find(name);
        IsForeign = table.Source(name) is { } source && !SourceName.IsDocker(source);
        Live = [.. claims.Where(claim => !claim.Backend.IsLeaving)];
        Holder = (Live.Count > 0 ? Live : claims)
            .Where(claim => !IsLoop(claim, PlaceBy(claim)))
            .OrderBy(Rank)
            .FirstOrDefault();
    }

    public string Name { get; }

    public IReadOnlyList<Claim> All { get; }

    /// <summary>The claims of containers that are not stopping.</summary>
    public IReadOnlyList<Claim> Live { get; }

    /// <summary>The service in the Gorb's table; null when the table has no such service.</summary>
    public JsonObject? Present { get; }

    /// <summary>Whether a source other than a Docker link declares the service.</summary>
    public bool IsForeign { get; }

    /// <summary>The claim that determines the service's settings; null when every claim would forward the service to itself.</summary>
    public Claim? Holder { get; }

    /// <summary>The present or claimed virtual address of the service.</summary>
    public ServicePlace Place => PlaceBy(Holder!);

    /// <summary>Whether the service exists and keeps its address.</summary>
    public bool KeepsPlace => Holder is not null && Matches(Holder);

    /// <summary>The virtual address of a service of the table; null for a firewall-mark service.</summary>
    public static ServicePlace? PlaceOf(JsonObject service)
    {
        if (service["port"] is not { } port)
        {
            return null;
        }

        var address = IPAddress.TryParse(service["host"]?.GetValue<string>(), out var parsed) ? parsed : null;
        return new ServicePlace(address?.AddressFamily ?? AddressFamily.InterNetwork, address, port.GetValue<int>(), service["protocol"]?.GetValue<string>() ?? "tcp");
    }

    /// <summary>Replaces the default address by the host's address, if that is known.</summary>
    public static ServicePlace Resolved(ServicePlace place, HostAddress host) => place with { Address = place.Address ?? host.Of(place.Family) };

    /// <summary>Whether a claim wants the service at the address that it has or gets.</summary>
    public bool Agrees(Claim claim)
    {
        var (wanted, place) = (Resolved(claim.Service.Place, _host), Resolved(Place, _host));
        return (wanted.Port, wanted.Protocol) == (place.Port, place.Protocol) && (claim.Service.Place.Address is null || wanted.Address!.Equals(place.Address));
    }

    /// <summary>Whether a claim would make the service forward to itself. A published port does not: the engine translates its packets before IPVS receives them.</summary>
    public bool IsLoop(Claim claim, ServicePlace place) => claim.Backend.Kind != EndpointKind.Published
        && claim.Backend.Place.Address is { } address && address.Equals(Resolved(place, _host).Address) && claim.Backend.Place.Port == place.Port;

    private ServicePlace PlaceBy(Claim claim) => Matches(claim) ? PlaceOf(Present!)!.Value : claim.Service.Place;

    /// <summary>Whether the service in the Gorb's table has the address that a claim wants. A claim without an address accepts any.</summary>
    private bool Matches(Claim claim) => Present is not null && PlaceOf(Present) is { } present
        && (present.Port, present.Protocol) == (claim.Service.Place.Port, claim.Service.Place.Protocol)
        && (claim.Service.Place.Address is not { } address || address.Equals(Resolved(present, _host).Address));

    /// <summary>Ranks a claim as holder; the lowest rank wins: a claim equal to the present service, one with the same address, any other, one that awaits an address.</summary>
    private int Rank(Claim claim) => !Matches(claim) ? claim.Service.IsAwaiting ? 3 : 2
        : claim.Service.Members.All(member => JsonNode.DeepEquals(member.Value, Present![member.Key])) ? 0 : 1;
}
