namespace Gorb.Events;

internal static class EventExtensions
{
    public static IServiceCollection AddEvents(this IServiceCollection services) => services
        .AddSingleton<EventHub>()
        .AddHostedService<TableEvents>();
}
