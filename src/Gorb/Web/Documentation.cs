using System.Net.Mime;
using Gorb.Access;
using Gorb.Model;
using Swashbuckle.AspNetCore.SwaggerUI;

namespace Gorb.Web;

/// <summary>Serves /openapi.json and Swagger UI at /docs. A test generates the document from the endpoints; it is embedded in the binary.</summary>
internal static class Documentation
{
    private const string Resource = "openapi.json";

    public static void UseDocumentation(this WebApplication app)
    {
        app.MapGet("/openapi.json", () => Results.Stream(Open(), MediaTypeNames.Application.Json)).Needs(Role.Anyone).ExcludeFromDescription().WithSummary("The reference of the API (OpenAPI), which /docs shows.");
        app.Use(next =>
        {
            var docs = new Lazy<RequestDelegate>(() => Build(app, next)); // by the first request for it: Swagger UI takes one fiftieth of a start
            return context => context.Request.Path.StartsWithSegments("/docs") ? docs.Value(context) : next(context);
        });
    }

    private static RequestDelegate Build(IApplicationBuilder app, RequestDelegate next)
    {
        var docs = app.New();
        var ui = new SwaggerUIOptions { RoutePrefix = "docs", DocumentTitle = "Gorb" }; // created here, because the service container would need reflection for it
        ui.SwaggerEndpoint("/openapi.json", "Gorb");
        docs.UseDocumentationPolicy();
        docs.UseSwaggerUI(ui);
        docs.Run(next);
        return docs.Build();
    }

    private static Stream Open() => typeof(Documentation).Assembly.GetManifestResourceStream(Resource)
        ?? throw new InvalidOperationException($"{Resource} is not embedded.");
}
