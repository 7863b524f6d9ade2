using Gorb.Access;
using Gorb.Api;
using Gorb.Model;
using Gorb.Platform;
using Gorb.Targets.Ipvs;
using Gorb.Writer;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Gorb.History;

/// <summary>Serves /service/{service}/history.</summary>
internal static class HistoryEndpoint
{
    public static IServiceCollection AddHistory(this IServiceCollection services) => services
        .AddSingleton(static provider => new RateBook(provider.Get<KernelReader>(), provider.Get<KeptCounters>(), provider.Get<TimeProvider>()))
        .AddHostedService(static provider => new RateSampler(provider.Get<RateBook>(), provider.Get<TableWriter>(), provider.Get<TimeProvider>(), provider.Logger<RateSampler>()));

    public static void MapHistory(this IEndpointRouteBuilder routes) => routes.MapGet("/service/{service}/history", Get).Needs(Role.Read).WithName("getHistory").WithTags("services")
        .WithSummary("Connections, packets and bytes a second over the last quarter of an hour.")
        .WithDescription("A mean for every 10 s, the oldest first; null where nothing is known. Rates of services are always kept; those of backends from the first request on, for as long as somebody asks at least "
            + "every two minutes. They are kept in memory only.")
        .Produces<HistoryView>().Refuses(400, 404);

    private static JsonHttpResult<HistoryView> Get(string service, TableWriter tableWriter, RateBook book) =>
        TypedResults.Json(book.Look(tableWriter.Current.Find(service) ?? throw RequestException.ServiceNotFound(service)), HistoryJson.Default.HistoryView);
}
