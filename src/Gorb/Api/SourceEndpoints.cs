using Gorb.Access;
using Gorb.Documents;
using Gorb.Model;
using Gorb.Model.Merging;
using Gorb.Sources;
using Gorb.Writer;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Gorb.Api;

/// <summary>/sources: the sources with their last declarations, object counts and conflicts.</summary>
internal static class SourceEndpoints
{
    public static void MapSources(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/sources", List).WithTags("config").Needs(Role.Read).WithName("listSources").WithSummary("The sources: when each last declared, how much it has, and what it does not have.")
            .WithDescription("A source that single requests alone fill (api) has no time of a declaration. A conflict names what the source declares and another one has; it waits until that is free.")
            .Produces<IReadOnlyList<SourceView>>().Refuses(400);

    private static JsonHttpResult<IReadOnlyList<SourceView>> List(TableWriter tableWriter, SourceLog log, SteadyClock clock)
    {
        var table = tableWriter.Current;
        var counts = Count(table);
        var names = counts.Keys
            .Union(table.Declarations.Sources.Where(static source => source.Value.Inherited is null).Select(static source => source.Key))
            .Union(table.Declarations.Claims.Values.SelectMany(static claims => claims).Select(static claim => claim.Source))
            .Union(log.Names);
        return TypedResults.Json<IReadOnlyList<SourceView>>([.. names.Order(StringComparer.Ordinal).Select(View)], ApiJson.Default.IReadOnlyListSourceView);

        SourceView View(string name)
        {
            var (services, backends) = counts.GetValueOrDefault(name);
            var report = log.Find(name);
            var declared = report?.DeclaredAt is { } at ? clock.HostTime(at)
                : table.Declarations.Sources.GetValueOrDefault(name) is { Inherited: null } state ? state.DeclaredAt
                : (DateTimeOffset?)null;
            return new SourceView(name, declared, services, backends, SourceConflicts.Of(table, name), report?.Refused ?? [], report?.Error);
        }
    }

    private static Dictionary<string, (int Services, int Backends)> Count(Table table)
    {
        var counts = new Dictionary<string, (int Services, int Backends)>();
        foreach (var service in table.Services.Values)
        {
            var own = counts.GetValueOrDefault(service.Source);
            counts[service.Source] = own with { Services = own.Services + 1 };
            foreach (var backend in service.Backends.Values)
            {
                var had = counts.GetValueOrDefault(backend.Source);
                counts[backend.Source] = had with { Backends = had.Backends + 1 };
            }
        }

        return counts;
    }
}
