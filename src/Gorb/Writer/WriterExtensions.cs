using Gorb.Model;
using Gorb.Neighbors;
using Gorb.Platform;
using Gorb.Targets;

namespace Gorb.Writer;

internal static class WriterExtensions
{
    /// <summary>Adds the writer, which writes to every registered <see cref="ITarget"/>.</summary>
    public static IServiceCollection AddWriter(this IServiceCollection services, TableWriterOptions options) => services
        .AddSingleton(options)
        .AddSingleton<IReadOnlyList<ITarget>>(provider => [.. provider.GetServices<ITarget>().OrderBy(static target => target.Rank)])
        .AddSingleton(provider => new Journal(provider.Get<IStateStore>(), provider.Get<IReadOnlyList<ITarget>>()))
        .AddSingleton(provider => new TableWriter(
            provider.Get<IReadOnlyList<ITarget>>(),
            provider.Get<TableWriterOptions>(),
            provider.Get<Journal>(),
            provider.Get<EventHub>(),
            provider.Get<NeighborWatch>(),
            provider.Get<IAuditTrail>(),
            provider.Get<TimeProvider>(),
            provider.Logger<TableWriter>()))
        .AddSingleton<ITableWriter>(provider => provider.Get<TableWriter>())
        .AddHostedService(provider => provider.Get<TableWriter>());
}
