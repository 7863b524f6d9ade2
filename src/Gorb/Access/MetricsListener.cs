using System.Net;
using Gorb.Model;

namespace Gorb.Access;

/// <summary>
/// The listeners of --metrics-listen: they serve metrics and health to everyone who reaches them, without a token, and nothing else. A connection to one carries this object among its
/// features.
/// </summary>
internal sealed class MetricsListener
{
    private static readonly Authority Client = new("metrics", Role.Read, ServiceScope.All);

    public static MetricsListener Instance { get; } = new();

    public static bool IsUsedBy(HttpContext context) => context.Features.Get<MetricsListener>() is not null;

    public static void Use(WebApplication app) => app.Use(static next => context => IsUsedBy(context) ? ServeAsync(context, next) : next(context));

    /// <exception cref="SettingException">An address is to serve both the API and only metrics.</exception>
    public static void Check(IEnumerable<EndPoint> api, IEnumerable<EndPoint> metrics)
    {
        if (metrics.FirstOrDefault(api.Contains) is { } both)
        {
            throw new SettingException($"{both} is an address of the API (-l) and of --metrics-listen; give one of them another port");
        }
    }

    private static Task ServeAsync(HttpContext context, RequestDelegate next)
    {
        if (context.GetEndpoint()?.Metadata.GetMetadata<ServedWithMetrics>() is null)
        {
            throw RequestException.OnlyMetricsHere();
        }

        context.Features.Set(Client);
        return next(context);
    }
}

/// <summary>Marks an endpoint that the listeners of --metrics-listen serve. It changes nothing and names no secret.</summary>
internal sealed class ServedWithMetrics;
