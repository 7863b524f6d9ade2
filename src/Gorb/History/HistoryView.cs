using System.Text.Json.Serialization;

namespace Gorb.History;

/// <summary>The rates of a service over the last quarter of an hour.</summary>
/// <param name="Interval">The seconds between two values.</param>
/// <param name="Service">The rates of the service.</param>
/// <param name="Backends">The rates of its backends by name.</param>
internal sealed record HistoryView(int Interval, RatesView Service, IReadOnlyDictionary<string, RatesView> Backends);

/// <summary>Rates per second, each the mean of an interval, the oldest first; null where nothing is known.</summary>
/// <param name="Connections">New connections.</param>
/// <param name="InPackets">Packets from clients.</param>
/// <param name="OutPackets">Packets to clients that pass through the director (nat).</param>
/// <param name="InBytes">Bytes from clients.</param>
/// <param name="OutBytes">Bytes to clients that pass through the director (nat).</param>
internal sealed record RatesView(
    IReadOnlyList<float?> Connections, IReadOnlyList<float?> InPackets, IReadOnlyList<float?> OutPackets, IReadOnlyList<float?> InBytes, IReadOnlyList<float?> OutBytes)
{
    private static readonly float?[] Nothing = new float?[RateSeries.Length];

    public static RatesView Of(RateSeries? series, long now) => series is null
        ? new RatesView(Nothing, Nothing, Nothing, Nothing, Nothing)
        : new RatesView(
            series.Read(Rate.Connections, now), series.Read(Rate.InPackets, now), series.Read(Rate.OutPackets, now), series.Read(Rate.InBytes, now), series.Read(Rate.OutBytes, now));
}

/// <summary>The serializer of the answers, generated at build time because native AOT has no reflection.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(HistoryView))]
internal sealed partial class HistoryJson : JsonSerializerContext;
