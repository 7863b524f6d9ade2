using System.Text.Json.Serialization;
using Gorb.Ipvs;
using Gorb.Model;
using Gorb.Model.Merging;

namespace Gorb.State;

/// <summary>
/// The stored form of rarely used parts of services and backends; <see cref="ServiceCodec"/> and <see cref="BackendCodec"/> write the rest. Every member that is
/// not null is written, so that a later default cannot change what was requested. A value is omitted only if it will always mean "none" and thousands of rows would
/// repeat it. A member that a later version adds reads from older rows as its default.
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
