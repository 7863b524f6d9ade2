using System.Net;
using System.Text.Json.Serialization;
using Gorb.Ipvs.Connections;
using Gorb.Model;

namespace Gorb.Connections;

/// <summary>The connections of the kernel's table that were asked for.</summary>
/// <param name="Connections">How many there are.</param>
/// <param name="Templates">How many persistence templates there are beside them.</param>
/// <param name="Destinations">How many backends and other destinations they go to.</param>
/// <param name="Backends">The destinations with the most of them, as many as the limit allows.</param>
/// <param name="Entries">The first of them, as many as the limit allows, in the kernel's order.</param>
internal sealed record ConnectionsView(long Connections, long Templates, int Destinations, IReadOnlyList<BackendConnectionsView> Backends, IReadOnlyList<ConnectionView> Entries);

/// <summary>The connections to one destination.</summary>
/// <param name="Service">The service; absent when Gorb has none there.</param>
/// <param name="Backend">The backend; absent when it has been removed, is the sorry backend, or Gorb has none there.</param>
/// <param name="Destination">Address and port.</param>
/// <param name="Connections">How many connections.</param>
/// <param name="Templates">How many persistence templates.</param>
/// <param name="States">How many connections are in each state, by the kernel's word for it.</param>
internal sealed record BackendConnectionsView(string? Service, string? Backend, string Destination, long Connections, long Templates, IReadOnlyDictionary<string, long> States);

/// <summary>A connection, or a persistence template.</summary>
/// <param name="Service">The service; absent when Gorb has none there.</param>
/// <param name="Backend">The backend; absent when it has been removed, is the sorry backend, or Gorb has none there.</param>
/// <param name="Protocol">tcp, udp or sctp; absent for the template of a service by firewall mark.</param>
/// <param name="Client">The client's address and port; of a template, the address that persistence goes by.</param>
/// <param name="Virtual">The virtual address and port; absent for the template of a service by firewall mark.</param>
/// <param name="Destination">The destination's address and port.</param>
/// <param name="State">The state in the kernel's words; absent for a template.</param>
/// <param name="Expires">The seconds after which the kernel forgets it without another packet.</param>
/// <param name="Template">True for a persistence template, which decides where the client's next connections go.</param>
internal sealed record ConnectionView(
    string? Service, string? Backend, string? Protocol, string Client, string? Virtual, string Destination, string? State, int Expires, bool Template)
{
    public static ConnectionView Of(ConnectionEntry entry, Service? service, Backend? backend) => new(
        service?.Name,
        backend?.Name,
        entry.Protocol?.ToString().ToLowerInvariant(),
        entry.IsTemplate ? entry.Client.ToString() : new IPEndPoint(entry.Client, entry.ClientPort).ToString(),
        entry.Protocol is null ? null : new IPEndPoint(entry.Virtual, entry.VirtualPort).ToString(),
        entry.Destination.ToString(),
        entry.IsTemplate ? null : entry.State,
        (int)entry.ExpiresIn.TotalSeconds,
        entry.IsTemplate);
}

/// <summary>The serializer of the answers, generated at build time because native AOT has no reflection.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    WriteIndented = true,
    IndentCharacter = '\t',
    IndentSize = 1)]
[JsonSerializable(typeof(ConnectionsView))]
internal sealed partial class ConnectionsJson : JsonSerializerContext;
