using Gorb.Access;
using Gorb.Api.Overview;
using Gorb.Documents;
using Gorb.Documents.Checks;
using Gorb.Health.Monitoring;
using Gorb.Model;
using Gorb.Model.Checks;
using Gorb.Platform;
using Gorb.Targets.Host;
using Gorb.Targets.Ipvs;
using Gorb.Writer;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http.Json;

namespace Gorb.Api;

internal static class ApiExtensions
{
    public static IServiceCollection AddApi(this IServiceCollection services, string device, MarkRange pathMarks) => services
        .AddSingleton(provider => new DefaultDevice(device, provider.Get<TimeProvider>(), NetworkDevice.Addresses))
        .AddSingleton(provider => new PulseReader(provider.Get<CheckLimits>()))
        .AddSingleton(provider => new CheckReader(provider.Get<PulseReader>()))
        .AddSingleton(provider => new PolicyReader(provider.Get<CheckReader>()))
        .AddSingleton(provider => new ServiceReader(provider.Get<DefaultDevice>(), provider.Get<PolicyReader>(), provider.Get<CheckLimits>().Networks, pathMarks))
        .AddSingleton(provider => new BackendReader(provider.Get<CheckReader>(), provider.Get<CheckLimits>().Networks))
        .AddSingleton(provider => new OverviewReader(
            provider.Get<TableWriter>(), new KernelReader(provider.Get<IpvsClientFactory>(), pathMarks), provider.Get<Sysctls>(), provider.Get<PulseMonitor>(), provider.Get<SteadyClock>()))
        .AddSingleton(static provider => new OverviewPace(provider.Get<TableWriter>(), provider.Get<TimeProvider>()))
        .AddSingleton(static provider => new OverviewFeed(provider.Get<OverviewReader>(), provider.Get<OverviewPace>(), provider.Get<TimeProvider>()))
        .AddSingleton<IExceptionHandler>(provider => new ApiExceptionHandler(provider.Get<IAuditTrail>(), provider.Logger<ApiExceptionHandler>()))
        .Configure<JsonOptions>(json =>
        {
            json.SerializerOptions.TypeInfoResolverChain.Insert(0, ApiJson.Default);
            json.SerializerOptions.TypeInfoResolverChain.Insert(1, BodyJson.Default);
        });

    public static void UseApi(this WebApplication app)
    {
        app.UseExceptionHandler(static _ => { });
        app.UseStatusCodePages(ApiExceptionHandler.WriteRoutingErrorAsync);
        MetricsListener.Use(app);
        AccessGuard.Use(app);
        app.UseQueryCheck();
        app.UseStaleHeader();
        app.MapServices();
        app.MapAccess();
        app.MapTokens();
        app.MapBackends();
        app.MapIpvs();
        app.MapSysctls();
        app.MapVips();
        app.MapCluster();
        app.MapDirectors();
        app.MapHealth();
    }
}
