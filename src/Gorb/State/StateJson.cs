using System.Text.Json.Serialization;
using Gorb.Ipvs;
using Gorb.Model;
using Gorb.Model.Merging;

namespace Gorb.State;

/// <summary>
/// How those parts of a wish stand in the store that few wishes have; <see cref="ServiceCodec"/> and <see cref="BackendCodec"/> have the rest. Every member
/// that is not null is written, so that a later default cannot change what was asked; only what can never mean anything else but "nothing" is left out,
/// where thousands of rows would repeat it. A member that a wish gains later reads from older rows as its default.
/// </summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    IgnoreReadOnlyProperties = true,
    UseStringEnumConverter = true,
    Converters = [typeof(AddressConverter), typeof(ServiceKeyConverter), typeof(NetmaskConverter)])]
[JsonSerializable(typeof(Persistence))]
[JsonSerializable(typeof(SorrySpec))]
[JsonSerializable(typeof(TunnelOptions))]
[JsonSerializable(typeof(Drain))]
[JsonSerializable(typeof(OperatorWords))]
internal sealed partial class StateJson : JsonSerializerContext;
