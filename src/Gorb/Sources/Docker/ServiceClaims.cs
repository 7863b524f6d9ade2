using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Gorb.Model.Merging;

namespace Gorb.Sources.Docker;

/// <summary>What the containers say about one service, and what a Gorb has of it.</summary>
internal sealed class ServiceClaims
{
    private readonly HostAddress _host;

    /// <param name="name">The service's name.</param>
    /// <param name="claims">The claims, those of older containers first.</param>
    /// <param name="table">What the Gorb has.</param>
    /// <param name="host">The addresses that Gorb gives services that name none, as far as they are known.</param>
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

    /// <summary>The claims of containers that were not told to end.</summary>
    public IReadOnlyList<Claim> Live { get; }

    /// <summary>What the Gorb has; null when it has no such service.</summary>
    public JsonObject? Present { get; }

    /// <summary>Whether the Gorb has it from somebody else than a link.</summary>
    public bool IsForeign { get; }

    /// <summary>The claim that says what the service is; null when none can.</summary>
    public Claim? Holder { get; }

    /// <summary>Where the service stands, or shall stand.</summary>
    public ServicePlace Place => PlaceBy(Holder!);

    /// <summary>Whether it stays where it is.</summary>
    public bool Stands => Holder is not null && Matches(Holder);

    /// <summary>Where a service of the table stands; null for one by firewall mark.</summary>
    public static ServicePlace? PlaceOf(JsonObject service)
    {
        if (service["port"] is not { } port)
        {
            return null;
        }

        var address = IPAddress.TryParse(service["host"]?.GetValue<string>(), out var parsed) ? parsed : null;
        return new ServicePlace(address?.AddressFamily ?? AddressFamily.InterNetwork, address, port.GetValue<int>(), service["protocol"]?.GetValue<string>() ?? "tcp");
    }

    /// <summary>A place with the address that the default one stands for, where that is known.</summary>
    public static ServicePlace Resolved(ServicePlace place, HostAddress host) => place with { Address = place.Address ?? host.Of(place.Family) };

    /// <summary>Whether a claim asks for the service where it stands, or shall stand.</summary>
    public bool Agrees(Claim claim)
    {
        var (wanted, place) = (Resolved(claim.Service.Place, _host), Resolved(Place, _host));
        return (wanted.Port, wanted.Protocol) == (place.Port, place.Protocol) && (claim.Service.Place.Address is null || wanted.Address!.Equals(place.Address));
    }

    /// <summary>Whether packets for the service would be sent to the service itself. Those for a published port are not: the engine takes them before IPVS.</summary>
    public bool IsLoop(Claim claim, ServicePlace place) => claim.Backend.Kind != EndpointKind.Published
        && claim.Backend.Place.Address is { } address && address.Equals(Resolved(place, _host).Address) && claim.Backend.Place.Port == place.Port;

    private ServicePlace PlaceBy(Claim claim) => Matches(claim) ? PlaceOf(Present!)!.Value : claim.Service.Place;

    /// <summary>Whether what the Gorb has stands where the claim asks for it. A claim that names no address asks for none.</summary>
    private bool Matches(Claim claim) => Present is not null && PlaceOf(Present) is { } present
        && (present.Port, present.Protocol) == (claim.Service.Place.Port, claim.Service.Place.Protocol)
        && (claim.Service.Place.Address is not { } address || address.Equals(Resolved(present, _host).Address));

    /// <summary>Who speaks for the service: the one that is as it is already, else the oldest that can be served.</summary>
    private int Rank(Claim claim) => !Matches(claim) ? claim.Service.IsAwaiting ? 3 : 2
        : claim.Service.Members.All(member => JsonNode.DeepEquals(member.Value, Present![member.Key])) ? 0 : 1;
}
