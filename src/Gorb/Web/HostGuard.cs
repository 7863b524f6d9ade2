using System.Net;
using Gorb.Api;
using Microsoft.Extensions.Primitives;

namespace Gorb.Web;

/// <summary>
/// Refuses requests that a page of another site makes a browser send: through a name that the page's owner points at this host (DNS rebinding), or across
/// sites. Browsers reveal them by the headers Host, Origin and Sec-Fetch-Site. Other clients send no Origin and may use any host name, except over
/// loopback, where a browser on this host may be the client.
/// </summary>
/// <param name="names">The names of this host from the command line.</param>
internal sealed class HostGuard(IReadOnlyCollection<string> names)
{
    private const string FetchSite = "Sec-Fetch-Site";
    private const string FetchPrefix = "Sec-Fetch-";

    public void Use(WebApplication app) => app.Use(next => context => Fault(context.Request) is { } fault ? ApiExceptionHandler.WriteForbiddenAsync(context, fault) : next(context));

    /// <summary>Why the request is refused; null when it is allowed.</summary>
    public string? Fault(HttpRequest request)
    {
        var origin = request.Headers.Origin;
        var isBrowser = origin.Count > 0 || request.Headers.Keys.Any(static name => name.StartsWith(FetchPrefix, StringComparison.OrdinalIgnoreCase));
        if (!isBrowser && !IsLoopback(request.HttpContext.Connection.LocalIpAddress))
        {
            return null;
        }

        return HostFault(request, isBrowser) ?? (isBrowser ? SiteFault(request, origin) : null);
    }

    /// <summary>Checks the Host header. A client without one is not a browser.</summary>
    private string? HostFault(HttpRequest request, bool isBrowser)
    {
        var host = request.Host.Host;
        return (host.Length == 0 && !isBrowser) || HostName.IsLoopback(host) || names.Contains(host, StringComparer.OrdinalIgnoreCase) || HostName.IsOwnAddress(host, request.HttpContext.Connection.LocalIpAddress)
            ? null
            : $"the request is for the host '{request.Host}', which is not known as a name of this one: a page of another site may have sent it (DNS rebinding); use localhost or "
                + $"an address of this host, or start the daemon with --host-name {(host.Length == 0 ? "NAME" : host)}";
    }

    private static string? SiteFault(HttpRequest request, StringValues origin)
    {
        if (origin.Count > 0 && !HostName.IsSameOrigin(origin.ToString(), request.Host))
        {
            return $"the request comes from a page of {origin}, which is another site than {request.Host}; pages of other sites cannot use the API: send it from a program instead";
        }

        return request.Headers[FetchSite].ToString() is "cross-site" or "same-site"
            ? "the request comes from a page of another site (Sec-Fetch-Site), and those cannot use the API; type the address into the browser, or send the request from a program"
            : null;
    }

    private static bool IsLoopback(IPAddress? address) => address is not null && HostName.IsLoopback(address);
}
