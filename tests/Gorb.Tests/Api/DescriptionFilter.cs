using Gorb.Api;
using Gorb.Documents;
using Gorb.Model.Descriptions;
using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace Gorb.Tests.Api;

/// <summary>Generates the schemas of request bodies from the descriptions of their members.</summary>
internal sealed class DescriptionFilter : ISchemaFilter
{
    /// <summary>The body types and the description of each.</summary>
    private static readonly Dictionary<Type, IDescription> Bodies = new()
    {
        [typeof(ServiceBody)] = ServiceDescription.All,
        [typeof(ConfigServiceBody)] = ServiceDescription.All,
        [typeof(ConfigBackendBody)] = BackendDescription.All,
        [typeof(BackendBody)] = BackendDescription.All,
    };

    /// <summary>Every described object, by the name of its schema.</summary>
    public static IReadOnlyDictionary<string, IDescription> Schemas { get; } =
        Bodies.Values.Distinct().SelectMany(WithInner).DistinctBy(description => description.Name).ToDictionary(description => description.Name);

    public void Apply(IOpenApiSchema schema, SchemaFilterContext context)
    {
        if (schema is OpenApiSchema body && Bodies.TryGetValue(context.Type, out var description))
        {
            body.Description = context.Type.Namespace == typeof(ConfigServiceBody).Namespace ? body.Description : description.Meaning;
            var own = body.Properties ?? new Dictionary<string, IOpenApiSchema>();
            body.Properties = Properties(description, context.SchemaRepository).Concat(own).ToDictionary();
        }
    }

    private static IEnumerable<IDescription> WithInner(IDescription description) =>
        [description, .. description.Members.Select(member => member.Inner).OfType<IDescription>().SelectMany(WithInner)];

    private static IEnumerable<KeyValuePair<string, IOpenApiSchema>> Properties(IDescription description, SchemaRepository schemas) =>
        description.Members.Select(member => KeyValuePair.Create(member.Name, Schema(member, schemas)));

    private static IOpenApiSchema Schema(IMember member, SchemaRepository schemas)
    {
        if (member.Inner is { } inner)
        {
            if (!schemas.Schemas.ContainsKey(inner.Name))
            {
                schemas.AddDefinition(inner.Name, Object(inner, schemas));
            }

            return new OpenApiSchemaReference(inner.Name);
        }

        return new OpenApiSchema
        {
            Type = Type(member.Kind),
            Format = member.Kind switch { MemberKind.Number => "int32", MemberKind.LargeNumber => "int64", _ => null },
            Description = string.Join(' ', member.Meaning, Absence(member.Default)).TrimEnd(),
        };
    }

    /// <summary>The sentence that gives a member's default, or says that the member is required.</summary>
    private static string? Absence(string? usual) => usual is null ? null
        : usual.StartsWith("required", StringComparison.Ordinal) ? $"R{usual[1..]}."
        : $"Default: {usual}.";

    private static OpenApiSchema Object(IDescription description, SchemaRepository schemas) => new()
    {
        Type = JsonSchemaType.Object,
        Description = description.Meaning,
        Properties = Properties(description, schemas).ToDictionary(),
        AdditionalPropertiesAllowed = false,
    };

    private static JsonSchemaType? Type(MemberKind kind) => kind switch
    {
        MemberKind.Text => JsonSchemaType.String | JsonSchemaType.Null,
        MemberKind.Number or MemberKind.LargeNumber => JsonSchemaType.Integer | JsonSchemaType.Null,
        MemberKind.Flag => JsonSchemaType.Boolean | JsonSchemaType.Null,
        _ => null, // any value
    };
}
