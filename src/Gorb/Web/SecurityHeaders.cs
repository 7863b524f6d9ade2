namespace Gorb.Web;

/// <summary>What a browser may do with answers.</summary>
internal static class SecurityHeaders
{
    /// <summary>Swagger UI: scripts of its own only, none inline; it writes styles inline, and its icons are data.</summary>
    private const string DocumentationPolicy = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self'; connect-src 'self'; "
        + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    /// <summary>No answer is taken for something else than its content type says.</summary>
    public static void UseSecurityHeaders(this WebApplication app) => app.Use(static next => context =>
    {
        context.Response.Headers.XContentTypeOptions = "nosniff";
        return next(context);
    });

    /// <summary>Pages run only the scripts they come with, and stand in nobody's frame.</summary>
    public static void UsePagePolicy(this IApplicationBuilder pages) => pages.Use(static next => context =>
    {
        context.Response.Headers.ContentSecurityPolicy = DocumentationPolicy;
        context.Response.Headers.XFrameOptions = "DENY";
        return next(context);
    });
}
