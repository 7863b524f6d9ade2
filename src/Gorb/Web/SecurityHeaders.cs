namespace Gorb.Web;

/// <summary>Response headers that restrict what a browser does with responses.</summary>
internal static class SecurityHeaders
{
    /// <summary>The policy for Swagger UI: its own scripts only, none inline; it needs inline styles and data: icons.</summary>
    private const string DocumentationPolicy = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self'; connect-src 'self'; "
        + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    /// <summary>The policy for the page at /ui: its own files and the API of this daemon, nothing inline and nothing of other hosts; texts cannot become markup.</summary>
    private const string PagePolicy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
        + "require-trusted-types-for 'script'; trusted-types 'none'";

    /// <summary>The policy for answers that are no pages: nothing in them is run or loaded, wherever they are shown.</summary>
    private const string AnswerPolicy = "default-src 'none'; frame-ancestors 'none'";

    /// <summary>Forbids browsers to guess another content type than the declared one.</summary>
    public static void UseSecurityHeaders(this WebApplication app) => app.Use(static next => context =>
    {
        context.Response.Headers.XContentTypeOptions = "nosniff";
        return next(context);
    });

    /// <summary>Forbids frames, and pages of other sites to load the answer.</summary>
    public static void AddForBrowsers(HttpResponse response)
    {
        response.Headers.ContentSecurityPolicy = AnswerPolicy;
        response.Headers.XFrameOptions = "DENY";
        response.Headers["Cross-Origin-Resource-Policy"] = "same-origin";
        response.Headers["Referrer-Policy"] = "no-referrer";
    }

    /// <summary>Lets the page at /ui load its own files and use the API.</summary>
    public static void AddPagePolicy(HttpResponse response)
    {
        AddForBrowsers(response);
        response.Headers.ContentSecurityPolicy = PagePolicy;
    }

    /// <summary>Lets Swagger UI run only its own scripts, and forbids frames.</summary>
    public static void UseDocumentationPolicy(this IApplicationBuilder pages) => pages.Use(static next => context =>
    {
        context.Response.Headers.ContentSecurityPolicy = DocumentationPolicy;
        context.Response.Headers.XFrameOptions = "DENY";
        return next(context);
    });
}
