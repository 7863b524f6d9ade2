using Gorb.Model;
using Gorb.Platform;
using Gorb.Writer;

namespace Gorb.Events;

internal static class EventExtensions
{
    public static IServiceCollection AddEvents(this IServiceCollection services, int maxSubscribers) => services
        .AddSingleton(provider => new EventHub(provider.Get<TimeProvider>(), maxSubscribers))
        .AddSingleton(provider => new EventSubscribers(provider.Get<EventHub>(), provider.Logger<EventSubscriber>()))
        .AddHostedService(provider => new TableEvents(provider.Get<TableWriter>(), provider.Get<EventHub>()));
}
