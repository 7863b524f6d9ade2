using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using System.Text.Json.Serialization;
using Gorb.Ipvs;
using Gorb.Model.Text;

namespace Gorb.State;

internal sealed class AddressConverter : JsonConverter<IPAddress>
{
    public override IPAddress Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        IPAddress.TryParse(reader.GetString(), out var address) ? address : throw new JsonException("not an address");

    public override void Write(Utf8JsonWriter writer, IPAddress value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToString());
}

internal sealed class ServiceKeyConverter : JsonConverter<ServiceKey>
{
    public override ServiceKey Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        KeyText.ReadService(reader.GetString() ?? "");

    public override void Write(Utf8JsonWriter writer, ServiceKey value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToString());
}

/// <summary>Converts netmasks: 255.255.255.0 is an IPv4 mask, a bare number an IPv6 prefix length.</summary>
internal sealed class NetmaskConverter : JsonConverter<Netmask>
{
    public override Netmask Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var text = reader.GetString() ?? "";
        var family = text.Contains('.') ? AddressFamily.InterNetwork : AddressFamily.InterNetworkV6;
        return Netmask.TryParse(text, family, out var netmask) ? netmask : throw new JsonException($"'{text}' is not a netmask");
    }

    public override void Write(Utf8JsonWriter writer, Netmask value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToString());
}
