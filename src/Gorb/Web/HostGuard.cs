using System.Net;
using Gorb.Api;

namespace Gorb.Web;

/// <summary>
/// Refuses requests that a page of another site makes a browser send: through a name that the page's owner points at this host (DNS rebinding), across sites, or by a form.
/// Clients that do not look like a browser may use any host name, except over loopback, where a browser on this host may be the client.
/// </summary>
/// <param name="names">The names of this host.</param>
internal sealed class HostGuard(IReadOnlyCollection<string> names)
{
    public void Use(WebApplication app) => app.Use(next => context =>
    {
        var isBrowser = BrowserRequest.IsOne(context.Request);
        if (isBrowser)
        {
            SecurityHeaders.AddForBrowsers(context.Response);
        }

        return Fault(context.Request, isBrowser) is { } fault ? ApiExceptionHandler.WriteForbiddenAsync(context, fault) : next(context);
    });

    /// <summary>Why the request is refused; null when it is allowed.</summary>
    public string? Fault(HttpRequest request) => Fault(request, BrowserRequest.IsOne(request));

    private string? Fault(HttpRequest request, bool isBrowser) =>
        !isBrowser && !IsLoopback(request.HttpContext.Connection.LocalIpAddress) ? null
        : HostFault(request, isBrowser) ?? (isBrowser ? SiteFault(request) ?? FormFault(request) : null);

    /// <summary>Checks the Host header. A client without one is not a browser.</summary>
    private string? HostFault(HttpRequest request, bool isBrowser)
    {
        var host = request.Host.Host;
        return (host.Length == 0 && !isBrowser) || HostName.IsLoopback(host) || names.Contains(host, StringComparer.OrdinalIgnoreCase) || HostName.IsOwnAddress(host, request.HttpContext.Connection.LocalIpAddress)
            ? null
            : $"the request is for the host '{request.Host}', which is not known as a name of this one: a page of another site may have sent it (DNS rebinding); use localhost or "
                + $"an address of this host, or start the daemon with --allow-host {(host.Length == 0 ? "NAME" : host)}";
    }

    private static string? SiteFault(HttpRequest request)
    {
        var origin = request.Headers.Origin;
        if (origin.Count > 0 && !HostName.IsSameOrigin(origin.ToString(), request.Host))
        {
            return $"the request comes from a page of {origin}, which is another site than {request.Host}; pages of other sites cannot use the API: send it from a program instead";
        }

        return BrowserRequest.IsOfAnotherSite(request) && !(PageEndpoints.IsOfPage(request.Path) && BrowserRequest.IsVisit(request)) // a link in a runbook leads to the page
            ? "the request comes from a page of another site (Sec-Fetch-Site), and those cannot use the API; type the address into the browser, or send the request from a program"
            : null;
    }

    private static string? FormFault(HttpRequest request) => BrowserRequest.IsFormWrite(request)
        ? $"the request looks like a browser's form (content type '{request.ContentType}'), and forms change nothing, because any page can send them; send JSON with the header "
            + "\"Content-Type: application/json\", or from a program whose User-Agent is not a browser's (Mozilla/...)"
        : null;

    private static bool IsLoopback(IPAddress? address) => address is not null && HostName.IsLoopback(address);
}
