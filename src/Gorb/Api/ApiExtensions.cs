using Microsoft.AspNetCore.Http.Json;

namespace Gorb.Api;

internal static class ApiExtensions
{
    public static IServiceCollection AddApi(this IServiceCollection services, DefaultDevice device) => services
        .AddSingleton(device)
        .AddSingleton<ServiceReader>()
        .AddExceptionHandler<Errors>()
        .Configure<JsonOptions>(json => json.SerializerOptions.TypeInfoResolverChain.Insert(0, ApiJson.Default));

    public static void UseApi(this WebApplication app)
    {
        app.UseExceptionHandler(static _ => { });
        app.UseStatusCodePages(Errors.WriteRoutingErrorAsync);
        app.MapServices();
        app.MapBackends();
        app.MapIpvs();
        app.MapHealth();
    }
}
