using System.Text.Json.Nodes;
using Gorb.Access;
using Gorb.Api.Overview;
using Gorb.Documents;
using Gorb.Model;
using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace Gorb.Tests.Api;

/// <summary>Adds an example to every body and name; each example is a valid request.</summary>
internal sealed class ExampleFilter : IOperationFilter
{
    private const string Config = """{"services": {"web": {"host": "10.9.0.100", "port": 80, "backends": {"b1": {"host": "10.9.0.21", "port": 80, "weight": 100}}}}}""";

    private static readonly Dictionary<string, string> Bodies = new()
    {
        ["putService"] = """{"host": "10.9.0.100", "port": 80, "method": "wrr", "pulse": {"type": "http", "interval": "5s", "args": {"path": "/"}}}""",
        ["patchService"] = """{"method": "wlc"}""",
        ["putBackend"] = """{"host": "10.9.0.21", "port": 80, "weight": 100}""",
        ["patchBackend"] = """{"weight": 50}""",
        ["putConfig"] = Config,
        ["diffConfig"] = Config,
        ["createToken"] = """{"name": "ci", "role": "operate", "services": ["web*"], "expires": "90d"}""",
    };

    private static readonly Dictionary<string, string> Names = new() { ["service"] = "web", ["backend"] = "b1", ["address"] = "10.9.0.100", ["token"] = "ci", ["director"] = "lb1" };

    public void Apply(OpenApiOperation operation, OperationFilterContext context)
    {
        foreach (var parameter in operation.Parameters?.OfType<OpenApiParameter>() ?? [])
        {
            if (parameter.In == ParameterLocation.Path)
            {
                parameter.Example = Names[parameter.Name!];
            }
        }

        foreach (var content in operation.RequestBody?.Content?.Values ?? [])
        {
            content.Example = JsonNode.Parse(Bodies[operation.OperationId!]);
        }
    }
}

/// <summary>Describes every status, and adds those by which any operation may refuse a client: 401 and 429 for a wrong token, 403 for a low role or another site's page.</summary>
internal sealed class AnswerFilter : IOperationFilter
{
    private static readonly Dictionary<string, string> Meanings = new()
    {
        ["200"] = "Done, or what was asked for.",
        ["202"] = "Draining has begun.",
        ["400"] = "The request is wrong; every problem is named, with the member, its value and what to do.",
        ["401"] = "The role of the request needs a token, and the request has none, or one that is unknown, revoked or expired.",
        ["403"] = "The role or the scope of the token does not suffice; or a browser sent the request for a page of another site, or for a host name that is not known as this host's.",
        ["404"] = "There is no service, backend, address or token of this name.",
        ["408"] = "The body came too slowly.",
        ["409"] = "It stands against something else, which is named.",
        ["412"] = "It exists, and If-None-Match: * asked for a new one; or it has changed since the ETag in If-Match.",
        ["413"] = "The body is too large.",
        ["429"] = "Too many requests of this address had wrong tokens.",
        ["500"] = "The kernel refused the change, with its reason; nothing was changed.",
        ["503"] = "The kernel cannot be reached, the state cannot be saved, or too many ask for the same at a time; nothing was changed.",
        ["504"] = "With wait=all: the change was made, but the named directors of the cluster have not got it in time.",
        ["507"] = "The disk of the state file is full; nothing was changed.",
    };

    public void Apply(OpenApiOperation operation, OperationFilterContext context)
    {
        operation.Responses ??= [];
        var needsToken = context.ApiDescription.ActionDescriptor.EndpointMetadata.OfType<EndpointRole>().Single().Role > Role.Anyone;
        foreach (var status in needsToken ? ["401", "403", "429"] : (string[])["403"])
        {
            operation.Responses[status] = new OpenApiResponse
            {
                Content = new Dictionary<string, OpenApiMediaType>
                {
                    ["application/json"] = new OpenApiMediaType { Schema = context.SchemaGenerator.GenerateSchema(typeof(ErrorView), context.SchemaRepository) },
                },
            };
        }

        foreach (var (status, answer) in operation.Responses)
        {
            answer.Description = Meanings[status];
        }
    }
}

/// <summary>Adds the second form of the answer of GET /service, which has one by its query.</summary>
internal sealed class FormFilter : IOperationFilter
{
    public void Apply(OpenApiOperation operation, OperationFilterContext context)
    {
        if (operation.OperationId == "listServices")
        {
            var answer = (OpenApiMediaType)operation.Responses!["200"].Content!["application/json"];
            answer.Schema = new OpenApiSchema { OneOf = [answer.Schema!, context.SchemaGenerator.GenerateSchema(typeof(OverviewView), context.SchemaRepository)] };
        }
    }
}

/// <summary>Adds the role that an operation needs to its description.</summary>
internal sealed class RoleFilter : IOperationFilter
{
    public void Apply(OpenApiOperation operation, OperationFilterContext context)
    {
        var needed = context.ApiDescription.ActionDescriptor.EndpointMetadata.OfType<EndpointRole>().Single().Role;
        operation.Description = $"{operation.Description}\n\nRole: `{needed.ToString().ToLowerInvariant()}`.";
    }
}

/// <summary>Sets what applies to the whole document.</summary>
internal sealed class WholeFilter : IDocumentFilter
{
    private const string Token = "token";

    private static readonly Dictionary<string, string> Tags = new()
    {
        ["services"] = "Virtual services: an address and port, or a firewall mark, that clients connect to.",
        ["backends"] = "The servers behind a service.",
        ["config"] = "The whole wanted table as one document.",
        ["kernel"] = "The kernel's IPVS table, with the entries that Gorb did not make.",
        ["addresses"] = "The addresses of services on this host.",
        ["access"] = "The tokens of the API.",
        ["health"] = "How the daemon and its backends are.",
        ["cluster"] = "Several directors with one table: who is there, and who has which address.",
    };

    public void Apply(Microsoft.OpenApi.OpenApiDocument swaggerDoc, DocumentFilterContext context)
    {
        swaggerDoc.Servers = [new OpenApiServer { Url = "/", Description = "The daemon that serves this document." }];
        swaggerDoc.Components ??= new OpenApiComponents();
        swaggerDoc.AddComponent<IOpenApiSecurityScheme>(Token, new OpenApiSecurityScheme
        {
            Type = SecuritySchemeType.Http,
            Scheme = "bearer",
            Description = "A token, as \"gorb token create\" prints it, or a JWT of the issuer of --oidc. Not needed on the Unix socket, on loopback by root, the daemon's user and the group gorb, or at an https listener "
                + "with a client certificate of an authority of --tls-client-ca (mutual TLS, for which OpenAPI 3.0 has no scheme).",
        });
        swaggerDoc.Security = [[], new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(Token, swaggerDoc)] = [] }]; // an empty requirement means: none is needed
        swaggerDoc.Tags = Tags.Select(static tag => new OpenApiTag { Name = tag.Key, Description = tag.Value }).ToHashSet();
        var members = swaggerDoc.Components?.Schemas?.Values.SelectMany(static schema => schema.Properties?.Values ?? []) ?? [];
        foreach (var member in members.OfType<OpenApiSchema>().Where(static member => member.Type == JsonSchemaType.Null))
        {
            member.Type = null; // any value, null included
        }
    }
}
