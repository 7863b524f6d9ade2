using Microsoft.Extensions.DependencyInjection;
using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace Gorb.Tests.Api;

/// <summary>How the document is generated.</summary>
internal static class OpenApiOptions
{
    public static void Configure(SwaggerGenOptions options)
    {
        options.SwaggerDoc("gorb", new OpenApiInfo
        {
            Title = "Gorb",
            Version = "1",
            Description = "Services and backends of the load balancer in the Linux kernel (IPVS). The wire format is GORB's; every error is {\"error\", \"details\"}.",
            License = new OpenApiLicense { Name = "LGPL-3.0-or-later" },
        });
        options.SupportNonNullableReferenceTypes();
        options.IncludeXmlComments(Path.ChangeExtension(typeof(GorbHost).Assembly.Location, ".xml"));
        options.CustomSchemaIds(type => type.Name);
    }
}
