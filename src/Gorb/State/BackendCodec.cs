using System.Text.Json;
using Gorb.Ipvs;
using Gorb.Model;
using Gorb.Model.Descriptions;
using Gorb.Model.Merging;
using Gorb.Model.Policy;

namespace Gorb.State;

/// <summary>
/// Reads and writes the stored form of backends. The JSON code is written by hand for speed, because a table may have ten thousand backends. The address is omitted
/// if the host is an address, and so are the most common values: the weight 100 and the method NAT. In a list, each backend has its name, and the time of its
/// creation unless that is the same as for the previous backend.
/// </summary>
internal static class BackendCodec
{
    /// <summary>The maximum length: an IPv6 address with an IPv4 tail and a scope (RFC 4007, 11).</summary>
    private const int MaxAddressChars = 65;

    private static readonly JsonEncodedText Name = JsonEncodedText.Encode("name");
    private static readonly JsonEncodedText Since = JsonEncodedText.Encode("since");
    private static readonly JsonEncodedText Host = JsonEncodedText.Encode("host");
    private static readonly JsonEncodedText Address = JsonEncodedText.Encode("address");
    private static readonly JsonEncodedText Port = JsonEncodedText.Encode("port");
    private static readonly JsonEncodedText Weight = JsonEncodedText.Encode("weight");
    private static readonly JsonEncodedText Method = JsonEncodedText.Encode("method");

    public static void WriteList(Utf8JsonWriter json, Service service)
    {
        json.WriteStartArray();
        var since = default(DateTimeOffset);
        foreach (var backend in service.Backends.Values)
        {
            json.WriteStartObject();
            json.WriteString(Name, backend.Name);
            if (backend.Since != since)
            {
                since = backend.Since;
                json.WriteNumber(Since, since.UtcTicks);
            }

            WriteMembers(json, backend, service.KeptVerdict(backend));
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    /// <param name="json">The writer to write to.</param>
    /// <param name="backend">The backend. Its name is not written.</param>
    /// <param name="kept">The verdict to be restored at the next start.</param>
    public static void Write(Utf8JsonWriter json, Backend backend, Verdict kept)
    {
        json.WriteStartObject();
        WriteMembers(json, backend, kept);
        json.WriteEndObject();
    }

    /// <exception cref="JsonException">The text is not a list of backends.</exception>
    public static List<Backend> ReadList(ReadOnlySpan<byte> text)
    {
        var json = new Utf8JsonReader(text);
        Expect(json.Read() && json.TokenType == JsonTokenType.StartArray, "a list");
        var backends = new List<Backend>();
        var since = default(DateTimeOffset);
        while (json.Read() && json.TokenType == JsonTokenType.StartObject)
        {
            var members = new BackendMembers();
            Members.Read(ref json, ref members);
            since = members.Since is { } ticks ? new DateTimeOffset(ticks, TimeSpan.Zero) : since;
            backends.Add(members.ToBackend(members.Name ?? throw new JsonException("a backend has no name"), since));
        }

        Expect(json.TokenType == JsonTokenType.EndArray, "the end of a list");
        return backends;
    }

    /// <exception cref="JsonException">The text is not a backend.</exception>
    public static Backend Read(string name, DateTimeOffset since, ReadOnlySpan<byte> text)
    {
        var json = new Utf8JsonReader(text);
        Expect(json.Read() && json.TokenType == JsonTokenType.StartObject, "an object");
        var members = new BackendMembers();
        Members.Read(ref json, ref members);
        return members.ToBackend(name, since);
    }

    private static void WriteMembers(Utf8JsonWriter json, Backend backend, Verdict kept)
    {
        var spec = backend.Spec;
        json.WriteString(Host, spec.Host);
        if (!IsLiteral(spec))
        {
            json.WriteString(Address, spec.Address.ToString());
        }

        json.WriteNumber(Port, spec.Port);
        if (spec.Weight != BackendMembers.UsualWeight)
        {
            json.WriteNumber(Weight, spec.Weight);
        }

        if (spec.Method != BackendMembers.UsualMethod)
        {
            json.WriteString(Method, EnumNames<ForwardingMethod>.Of(spec.Method));
        }

        WriteSeldom(json, spec);
        json.WriteIfAny("source"u8, backend.Source == SourceName.Api ? null : backend.Source);
        if (backend.Operator != default)
        {
            json.WritePropertyName("operator"u8);
            JsonSerializer.Serialize(json, backend.Operator, StateJson.Default.OperatorWords);
        }

        if (kept != Verdict.Up)
        {
            json.WriteString("verdict"u8, EnumNames<Verdict>.Of(kept));
        }
    }

    /// <summary>True when the host is the address in its canonical form. Any other form of the address is stored like a host name.</summary>
    private static bool IsLiteral(BackendSpec spec)
    {
        Span<char> address = stackalloc char[MaxAddressChars];
        return spec.Address.TryFormat(address, out var length) && address[..length].SequenceEqual(spec.Host);
    }

    /// <summary>Writes the members that few backends have. A zero is omitted only if it will always mean "none".</summary>
    private static void WriteSeldom(Utf8JsonWriter json, BackendSpec spec)
    {
        if (spec.Tunnel != default)
        {
            json.WritePropertyName("tunnel"u8);
            JsonSerializer.Serialize(json, spec.Tunnel, StateJson.Default.TunnelOptions);
        }

        json.WriteIfAny("pulse"u8, spec.Pulse);
        if (spec.Drain is { } drain)
        {
            json.WritePropertyName("drain"u8);
            JsonSerializer.Serialize(json, drain, StateJson.Default.Drain);
        }

        BackendDescription.All.Store(json, spec);
    }

    private static void Expect(bool found, string what)
    {
        if (!found)
        {
            throw new JsonException($"{what} is missing");
        }
    }
}
