using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Text.Json;
using Gorb.Model;
using Gorb.Model.Merging;
using Gorb.Model.Policy;
using Gorb.State;

namespace Gorb.Cluster;

/// <summary>
/// The form in which directors share a service: one JSON document with its backends, the sources that declare them, operators' words, drains, and the claims on its name. Verdicts are each
/// director's own and are not in it.
/// </summary>
/// <remarks>
/// The document begins with the number of its format. A version of Gorb that adds a member raises the number, because a director that does not know the member must not drop it when it
/// writes the document back.
/// </remarks>
internal static class ServiceDocument
{
    /// <summary>The format that this version writes, and the newest that it reads.</summary>
    public const int Format = 1;

    private const string FormatName = "format", ServiceName = "service", BackendsName = "backends", ClaimsName = "claims", SourceMember = "source", ArrivalName = "arrival";

    private static readonly string[] Known = [FormatName, ServiceName, BackendsName, ClaimsName];

    /// <summary>Writes a name's document; it has a service, or claims, or both.</summary>
    public static byte[] Write(string name, Merged shared)
    {
        using var text = new JsonText();
        var json = text.Begin();
        json.WriteStartObject();
        json.WriteNumber(FormatName, Format);
        if (shared.Service is { } service)
        {
            WriteService(json, service);
        }

        if (!shared.Claims.IsEmpty)
        {
            json.WriteStartArray(ClaimsName);
            foreach (var claim in shared.Claims)
            {
                Write(json, name, claim);
            }

            json.WriteEndArray();
        }

        json.WriteEndObject();
        return text.End().ToArray();
    }

    /// <summary>Reads a name's document. Backends are as they are before their first check.</summary>
    /// <exception cref="ClusterFormatException">It is of a newer version, or damaged.</exception>
    public static Merged Read(string name, ReadOnlyMemory<byte> document)
    {
        try
        {
            using var json = JsonDocument.Parse(document);
            var root = json.RootElement;
            CheckFormat(name, root);
            var service = root.TryGetProperty(ServiceName, out var spec) ? ReadService(name, spec, root) : null;
            return new Merged(service, root.TryGetProperty(ClaimsName, out var claims) ? [.. claims.EnumerateArray().Select(claim => ReadClaim(name, claim))] : []);
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or KeyNotFoundException or FormatException)
        {
            throw new ClusterFormatException($"the cluster's document of service '{name}' is damaged: {error.Message}", error);
        }
    }

    private static void CheckFormat(string name, JsonElement root)
    {
        var format = root.GetProperty(FormatName).GetInt32();
        if (format > Format)
        {
            throw new ClusterFormatException($"the cluster's document of service '{name}' has format {format}, and this Gorb knows {Format}: update this director");
        }

        if (format < Format || root.EnumerateObject().FirstOrDefault(static member => !Known.Contains(member.Name)) is { Value.ValueKind: not JsonValueKind.Undefined })
        {
            throw new JsonException($"it is not of format {Format}");
        }
    }

    private static void WriteService(Utf8JsonWriter json, Service service)
    {
        json.WritePropertyName(ServiceName);
        ServiceCodec.Write(json, service);
        json.WritePropertyName(BackendsName);
        WriteBackends(json, service);
    }

    /// <summary>Writes backends without their verdicts.</summary>
    private static void WriteBackends(Utf8JsonWriter json, Service service) =>
        BackendCodec.WriteList(json, service with { Backends = Backends.Of([.. service.Backends.Values.Select(static backend => backend with { Health = default })]) });

    private static Service ReadService(string name, JsonElement spec, JsonElement root)
    {
        var service = ServiceCodec.Read(name, JsonMarshal.GetRawUtf8Value(spec));
        return service with { Backends = ReadBackends(root.GetProperty(BackendsName), service.Spec) };
    }

    private static Backends ReadBackends(JsonElement list, ServiceSpec? service) => Backends.Of(
        [.. BackendCodec.ReadList(JsonMarshal.GetRawUtf8Value(list)).Select(backend => backend with { Health = BackendHealth.Start(service?.Start ?? StartPolicy.Up) })]);

    private static void Write(Utf8JsonWriter json, string name, Claim claim)
    {
        json.WriteStartObject();
        json.WriteString(SourceMember, claim.Source);
        json.WriteNumber(ArrivalName, claim.Arrival.UtcTicks);
        if (claim.Spec is { } spec)
        {
            json.WritePropertyName(ServiceName);
            ServiceCodec.Write(json, Service.Create(name, spec));
        }

        json.WritePropertyName(BackendsName);
        WriteBackends(json, Service.Create(name, claim.Spec ?? ServiceSpec.Blank) with { Backends = claim.Backends });
        json.WriteEndObject();
    }

    private static Claim ReadClaim(string name, JsonElement claim)
    {
        var spec = claim.TryGetProperty(ServiceName, out var service) ? ServiceCodec.Read(name, JsonMarshal.GetRawUtf8Value(service)).Spec : null;
        var arrival = new DateTimeOffset(claim.GetProperty(ArrivalName).GetInt64(), TimeSpan.Zero);
        return new Claim(SourceName.Intern(claim.GetProperty(SourceMember).GetString()!), name, arrival, spec, ReadBackends(claim.GetProperty(BackendsName), spec));
    }
}
