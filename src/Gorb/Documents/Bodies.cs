using System.Text.Json;
using System.Text.Json.Serialization;
using Gorb.Model;
using Gorb.Model.Descriptions;

namespace Gorb.Documents;

/// <summary>A service in the format of PUT bodies; <see cref="ServiceDescription"/> defines its members.</summary>
[JsonConverter(typeof(BodyConverter<ServiceBody>))]
internal class ServiceBody(ServiceSpec spec) : IBody
{
    public void Write(Utf8JsonWriter json) => ServiceDescription.All.Show(json, spec);
}

/// <summary>A backend in the format of PUT bodies; <see cref="BackendDescription"/> defines its members.</summary>
[JsonConverter(typeof(BodyConverter<BackendBody>))]
internal sealed class BackendBody(BackendSpec spec) : IBody
{
    public void Write(Utf8JsonWriter json) => BackendDescription.All.Show(json, spec);
}

/// <summary>An object that writes itself as JSON.</summary>
internal interface IBody
{
    void Write(Utf8JsonWriter json);
}

/// <summary>Writes bodies in responses. Requests are read member by member, without this converter.</summary>
internal sealed class BodyConverter<T> : JsonConverter<T> where T : class, IBody
{
    public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => throw new NotSupportedException("Bodies are written only.");

    public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) => value.Write(writer);
}
