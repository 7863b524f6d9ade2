using System.ComponentModel;
using System.Reflection;
using System.Text.Json.Nodes;
using Gorb.Api;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace Gorb.Tests.Api;

/// <summary>The options of the OpenAPI generator.</summary>
internal static class OpenApiOptions
{
    public static IServiceCollection AddOpenApi(this IServiceCollection services) => services
        .AddEndpointsApiExplorer()
        .AddSingleton<ISerializerDataContractResolver>(new JsonSerializerDataContractResolver(ApiJson.Default.Options)) // member names as the API writes them
        .AddSwaggerGen(Configure);

    private static void Configure(SwaggerGenOptions options)
    {
        options.SwaggerDoc("gorb", new OpenApiInfo
        {
            Title = "Gorb",
            Version = "1",
            Description = "Services and backends of the load balancer in the Linux kernel (IPVS). The wire format is GORB's; every error is {\"error\", \"details\"}.",
            License = new OpenApiLicense { Name = "LGPL-3.0-or-later", Url = new Uri("https://www.gnu.org/licenses/lgpl-3.0.html") },
            Contact = new OpenApiContact { Name = "The Gorb project" },
        });
        options.SupportNonNullableReferenceTypes();
        options.IncludeXmlComments(Path.ChangeExtension(typeof(GorbHost).Assembly.Location, ".xml"));
        options.CustomSchemaIds(type => type.Name);
        options.MapType<JsonNode>(() => new OpenApiSchema()); // any value
        options.SchemaFilter<DescriptionFilter>();
        options.ParameterFilter<QueryFilter>();
        options.OperationFilter<ExampleFilter>();
        options.OperationFilter<AnswerFilter>();
        options.OperationFilter<FormFilter>();
        options.OperationFilter<RoleFilter>();
        options.DocumentFilter<WholeFilter>();
    }

    /// <summary>Describes the members of queries.</summary>
    private sealed class QueryFilter : IParameterFilter
    {
        public void Apply(IOpenApiParameter parameter, ParameterFilterContext context)
        {
            parameter.Description ??= context.ParameterInfo?.GetCustomAttribute<DescriptionAttribute>()?.Description;
            if (context.ParameterInfo?.ParameterType == typeof(QueryFlag))
            {
                ((OpenApiParameter)parameter).Schema = new OpenApiSchema { Type = JsonSchemaType.Boolean }; // bound as text, which the API validates itself
            }
        }
    }
}
