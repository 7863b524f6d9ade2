using System.Globalization;
using System.Net.Sockets;
using System.Text.Json;
using Gorb.Documents.Checks;
using Gorb.Ipvs;
using Gorb.Model;
using Gorb.Model.Policy;
using Gorb.Model.Text;

namespace Gorb.Documents;

/// <summary>What is wanted, in the form of PUT bodies and documents: read again, it means the same.</summary>
internal static class Bodies
{
    public static ServiceBody Of(ServiceSpec spec) => new()
    {
        Host = spec.Key.IsFirewallMark ? null : spec.Host,
        Port = spec.Key.IsFirewallMark ? null : spec.Key.Port,
        Protocol = spec.Key.IsFirewallMark ? null : spec.Key.Protocol.ToString().ToLowerInvariant(),
        Fwmark = spec.Key.IsFirewallMark ? spec.Key.FirewallMark : null,
        Family = !spec.Key.IsFirewallMark ? null : spec.Key.Family == AddressFamily.InterNetworkV6 ? "ipv6" : "ipv4",
        Method = spec.Method,
        Flags = spec.Flags,
        Persistent = spec.Persistence is not null,
        Persistence = spec.Persistence is { } persistence ? Of(persistence, spec.PersistenceEngine) : null,
        Ops = spec.OnePacket ? true : null,
        Exclusive = spec.Exclusive ? true : null,
        Pulse = spec.Pulse is null ? null : JsonElement.Parse(SecretHeaders.Hide(spec.Pulse)),
        Start = spec.Start == StartPolicy.Up ? null : PolicyWords.Word(spec.Start),
        SlowStart = spec.SlowStart == TimeSpan.Zero ? null : Duration.Format(spec.SlowStart),
        WhenDown = spec.WhenDown == WhenDown.Auto ? null : PolicyWords.Word(spec.WhenDown),
        Fallback = spec.Fallback == Fallback.Nobody ? null : PolicyWords.Word(spec.Fallback),
        MinHealthy = spec.MinHealthy == 0 ? null : string.Create(CultureInfo.InvariantCulture, $"{spec.MinHealthy}%"),
        Sorry = spec.Sorry is { } sorry ? new SorryBody { Host = sorry.Address.ToString(), Port = sorry.Port, Method = Word(sorry.Method) } : null,
        Owner = spec.Owner,
    };

    public static BackendBody Of(BackendSpec spec) => new()
    {
        Host = spec.Host,
        Port = spec.Port,
        Method = Word(spec.Method),
        Weight = spec.Weight,
        Tunnel = spec.Method == ForwardingMethod.Tunnel ? Of(spec.Tunnel) : null,
        UpperThreshold = spec.UpperThreshold == 0 ? null : spec.UpperThreshold,
        LowerThreshold = spec.LowerThreshold == 0 ? null : spec.LowerThreshold,
        Pulse = spec.Pulse is null ? null : JsonElement.Parse(SecretHeaders.Hide(spec.Pulse)),
        Force = spec.Force == Force.None ? null : PolicyWords.Word(spec.Force),
        Drain = spec.Drain is null ? null : true,
        Owner = spec.Owner,
    };

    private static PersistenceBody Of(Persistence persistence, string? engine) => new()
    {
        Timeout = JsonElement.Parse($"\"{Duration.Format(TimeSpan.FromSeconds(persistence.TimeoutSeconds))}\""),
        Netmask = persistence.Netmask.ToString(),
        Engine = engine,
    };

    private static TunnelBody Of(TunnelOptions tunnel) => new()
    {
        Type = tunnel.Type.ToString().ToLowerInvariant(),
        Port = tunnel.Port == 0 ? null : tunnel.Port,
        Checksum = tunnel.Checksum == TunnelChecksum.None ? null : tunnel.Checksum.ToString().ToLowerInvariant(),
    };

    private static string Word(ForwardingMethod method) => method switch
    {
        ForwardingMethod.Masquerade => "nat",
        ForwardingMethod.DirectRoute => "dr",
        ForwardingMethod.Tunnel => "tunnel",
        _ => throw new InvalidOperationException(string.Create(CultureInfo.InvariantCulture, $"No backend is forwarded by {method}.")),
    };
}
