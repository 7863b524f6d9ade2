using System.Text.Json;
using Gorb.Model;
using Gorb.Model.Descriptions;
using Gorb.Model.Merging;

namespace Gorb.State;

/// <summary>Reads and writes the stored form of services. The JSON code is written by hand for speed, as in <see cref="BackendCodec"/>.</summary>
internal static class ServiceCodec
{
    private static readonly JsonEncodedText Key = JsonEncodedText.Encode("key");
    private static readonly JsonEncodedText Host = JsonEncodedText.Encode("host");
    private static readonly JsonEncodedText Method = JsonEncodedText.Encode("method");
    private static readonly JsonEncodedText Pulse = JsonEncodedText.Encode("pulse");

    public static void Write(Utf8JsonWriter json, Service service)
    {
        var spec = service.Spec;
        json.WriteStartObject();
        json.WriteString(Key, spec.Key.ToString());
        json.WriteString(Host, spec.Host);
        json.WriteString(Method, spec.Method);
        if (spec.Pulse is { } pulse)
        {
            json.WriteString(Pulse, pulse);
        }

        WriteSeldom(json, spec);
        WriteIfSet(json, "draining"u8, service.IsDraining);
        json.WriteIfAny("source"u8, service.Source == SourceName.Api ? null : service.Source);
        if (service.Departure is { } departure)
        {
            json.WritePropertyName("departure"u8);
            JsonSerializer.Serialize(json, departure, StateJson.Default.Drain);
        }

        json.WriteEndObject();
    }

    /// <returns>The service without its backends.</returns>
    /// <exception cref="JsonException">The text is not a service.</exception>
    public static Service Read(string name, ReadOnlySpan<byte> text)
    {
        var json = new Utf8JsonReader(text);
        if (!json.Read() || json.TokenType != JsonTokenType.StartObject)
        {
            throw new JsonException("an object is missing");
        }

        var members = new ServiceMembers();
        Members.Read(ref json, ref members);
        return members.ToService(name);
    }

    /// <summary>Writes the members that few services have. A value is omitted only if it will always mean "none".</summary>
    private static void WriteSeldom(Utf8JsonWriter json, ServiceSpec spec)
    {
        json.WriteIfAny("flags"u8, spec.Flags.Length == 0 ? null : spec.Flags);
        if (spec.Persistence is { } persistence)
        {
            json.WritePropertyName("persistence"u8);
            JsonSerializer.Serialize(json, persistence, StateJson.Default.Persistence);
        }

        json.WriteIfAny("persistence_engine"u8, spec.PersistenceEngine);
        if (spec.Sorry is { } sorry)
        {
            json.WritePropertyName("sorry"u8);
            JsonSerializer.Serialize(json, sorry, StateJson.Default.SorrySpec);
        }

        ServiceDescription.All.Store(json, spec);
    }

    private static void WriteIfSet(Utf8JsonWriter json, ReadOnlySpan<byte> member, bool value)
    {
        if (value)
        {
            json.WriteBoolean(member, value);
        }
    }
}
