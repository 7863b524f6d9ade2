using System.Text.Json.Serialization;
using Gorb.Balancing;
using Gorb.Ipvs;

namespace Gorb.State;

/// <summary>
/// How wishes stand in the store: every member that is not null, so that a later default cannot change what was asked. (Only a zero that
/// can never mean anything else but "nothing" is left out, where ten thousand rows would repeat it.)
/// A member that a wish gains later reads from older rows as its default.
/// </summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    IgnoreReadOnlyProperties = true,
    UseStringEnumConverter = true,
    Converters = [typeof(AddressConverter), typeof(ServiceKeyConverter), typeof(NetmaskConverter)])]
[JsonSerializable(typeof(ServiceSpec))]
[JsonSerializable(typeof(TunnelOptions))]
[JsonSerializable(typeof(Drain))]
internal sealed partial class StateJson : JsonSerializerContext;
