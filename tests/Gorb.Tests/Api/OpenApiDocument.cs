using System.Text.Json;

namespace Gorb.Tests.Api;

/// <summary>The OpenAPI document as the daemon serves it, for comparison with the daemon's requests and answers.</summary>
internal sealed class OpenApiDocument(JsonElement root)
{
    private const string Reference = "#/components/schemas/";

    public IEnumerable<JsonProperty> Schemas => root.GetProperty("components").GetProperty("schemas").EnumerateObject();

    public IEnumerable<(string Path, string Method, JsonElement Value)> Operations => root.GetProperty("paths").EnumerateObject()
        .SelectMany(path => path.Value.EnumerateObject().Select(operation => (path.Name, operation.Name, operation.Value)));

    public static async Task<OpenApiDocument> ReadAsync(TestDaemon daemon) => new(await daemon.GetAsync("/openapi.json"));

    /// <summary>An operation, such as GET /service/{service}.</summary>
    public JsonElement Operation(string path, string method) => Operations.Single(operation => operation.Path == path && operation.Method == method).Value;

    /// <summary>The schema of a request body.</summary>
    public JsonElement Body(string path, string method, string type) => Operation(path, method).GetProperty("requestBody").GetProperty("content").GetProperty(type).GetProperty("schema");

    /// <summary>The schema of an answer.</summary>
    public JsonElement Answer(string path, string method, string status, string type = "application/json") =>
        Operation(path, method).GetProperty("responses").GetProperty(status).GetProperty("content").GetProperty(type).GetProperty("schema");

    /// <summary>The names of the members of a named schema.</summary>
    public IEnumerable<string> Members(string schema) => Schemas.Single(named => named.Name == schema).Value.GetProperty("properties").EnumerateObject().Select(member => member.Name);

    /// <summary>The parts of a value, nested objects included, that its schema does not describe, each with its path.</summary>
    public IEnumerable<string> Unsaid(JsonElement value, JsonElement schema, string path = "")
    {
        if (schema.TryGetProperty("$ref", out var reference))
        {
            schema = Schemas.Single(named => Reference + named.Name == reference.GetString()).Value;
        }

        if (schema.TryGetProperty("oneOf", out var forms))
        {
            return forms.EnumerateArray().Select(form => Unsaid(value, form, path).ToList()).MinBy(static unsaid => unsaid.Count)!;
        }

        if (!schema.TryGetProperty("type", out var type))
        {
            return []; // any value
        }

        return (type.GetString(), value.ValueKind) switch
        {
            ("object", JsonValueKind.Object) => value.EnumerateObject().SelectMany(member => Unsaid(member, schema, $"{path}.{member.Name}")),
            ("array", JsonValueKind.Array) => value.EnumerateArray().SelectMany(item => Unsaid(item, schema.GetProperty("items"), $"{path}[]")),
            ("string", JsonValueKind.String) or ("integer" or "number", JsonValueKind.Number) or ("boolean", JsonValueKind.True or JsonValueKind.False) => [],
            var (wanted, found) => [$"{path} is {found}, not {wanted}"],
        };
    }

    private IEnumerable<string> Unsaid(JsonProperty member, JsonElement schema, string path)
    {
        if (schema.TryGetProperty("properties", out var properties) && properties.TryGetProperty(member.Name, out var said))
        {
            return Unsaid(member.Value, said, path);
        }

        return schema.TryGetProperty("additionalProperties", out var others) && others.ValueKind == JsonValueKind.Object ? Unsaid(member.Value, others, path) : [path];
    }
}
