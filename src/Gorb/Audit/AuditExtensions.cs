using Gorb.Model;
using Gorb.Platform;

namespace Gorb.Audit;

internal static class AuditExtensions
{
    /// <param name="services">The services of the daemon.</param>
    /// <param name="path">The path of the audit file; null for none.</param>
    public static IServiceCollection AddAudit(this IServiceCollection services, string? path) => services
        .AddSingleton(new AuditMemory())
        .AddSingleton(provider => new AuditTrail(path is null ? null : new AuditFile(path), provider.Get<AuditMemory>(), provider.Get<EventHub>(), provider.Get<TimeProvider>(), provider.Logger<AuditTrail>()))
        .AddSingleton<IAuditTrail>(static provider => provider.Get<AuditTrail>())
        .AddHostedService(static provider => provider.Get<AuditTrail>());
}
