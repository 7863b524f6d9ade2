using System.IO.Compression;
using Gorb.Access;
using Gorb.Model;
using Microsoft.Net.Http.Headers;

namespace Gorb.Web;

/// <summary>Serves the page for people at /ui. The files are the same for everyone and reveal nothing; what the page shows comes from the API, with the role of the client.</summary>
internal static class PageEndpoints
{
    private const string Root = "/ui";
    private const string Missing = "This gorb was built without its page. To build it, run eng/publish, or eng/page before dotnet build.";

    public static void MapPage(this WebApplication app)
    {
        app.MapGet("/", LeadToPage).Needs(Role.Anyone).ExcludeFromDescription().WithSummary("Leads browsers to the page at /ui.");
        app.MapGet(Root + "/{*file}", static (HttpContext context, string? file) => Get(context, file, PageFiles.Find)).Needs(Role.Anyone).ExcludeFromDescription().WithSummary("The page for people.");
    }

    /// <summary>True for the addresses of the page, which are the same for everyone.</summary>
    public static bool IsOfPage(PathString path) => path == "/" || path.StartsWithSegments(Root);

    /// <summary>Relative addresses hold behind a proxy that serves Gorb below a path of its own, too.</summary>
    private static IResult LeadToPage(HttpRequest request) =>
        MediaTypeHeaderValue.TryParseList(request.Headers.Accept, out var types) && types.Any(static type => type.MediaType == "text/html")
            ? Results.Redirect("ui/")
            : Results.NotFound();

    /// <summary>Answers a request for a file.</summary>
    /// <param name="context">The request.</param>
    /// <param name="file">The name of the file; null or empty for the page itself.</param>
    /// <param name="find">Finds an embedded file. It finds none in a binary that was built without the page.</param>
    internal static IResult Get(HttpContext context, string? file, Func<string, PageFile?> find)
    {
        if (string.IsNullOrEmpty(file))
        {
            if (!context.Request.Path.Value!.EndsWith('/'))
            {
                return Results.Redirect("ui/");
            }

            file = PageFiles.Index;
        }

        SecurityHeaders.AddPagePolicy(context.Response);
        return find(file) is { } found ? Send(context, found)
            : find(PageFiles.Index) is null ? Results.Text(Missing, statusCode: StatusCodes.Status404NotFound)
            : Results.NotFound();
    }

    /// <summary>Browsers keep the file and ask whether it is still the same.</summary>
    private static IResult Send(HttpContext context, PageFile file)
    {
        context.Response.Headers.CacheControl = "no-cache";
        context.Response.Headers.Vary = HeaderNames.AcceptEncoding;
        if (AcceptsGzip(context.Request))
        {
            context.Response.Headers.ContentEncoding = "gzip";
            return Results.Bytes(file.Compressed, file.Type, entityTag: file.Tag);
        }

        return Results.Stream(new GZipStream(new MemoryStream(file.Compressed), CompressionMode.Decompress), file.Type);
    }

    private static bool AcceptsGzip(HttpRequest request) =>
        StringWithQualityHeaderValue.TryParseList(request.Headers.AcceptEncoding, out var codings) && codings.Any(static coding => coding.Value == "gzip" && coding.Quality is not 0);
}
