using Microsoft.Net.Http.Headers;

namespace Gorb.Web;

/// <summary>Tells requests of browsers from those of programs.</summary>
internal static class BrowserRequest
{
    private const string FetchSite = "Sec-Fetch-Site";
    private const string FetchPrefix = "Sec-Fetch-";
    private const string UserAgentPrefix = "Mozilla/"; // of every browser

    /// <summary>The content types that a page may send to another site without asking it first (Fetch, CORS-safelisted request-header).</summary>
    private static readonly string[] FormTypes = ["application/x-www-form-urlencoded", "multipart/form-data", "text/plain"];

    /// <summary>True for a request that looks like a browser's. Over plain HTTP a browser sends no Sec-Fetch headers to another host, and no Origin with a GET.</summary>
    public static bool IsOne(HttpRequest request) =>
        request.Headers.Origin.Count > 0
        || request.Headers.UserAgent.ToString().StartsWith(UserAgentPrefix, StringComparison.OrdinalIgnoreCase)
        || HasFetchHeader(request.Headers);

    private static bool HasFetchHeader(IHeaderDictionary headers)
    {
        foreach (var (name, _) in headers) // its Keys would be a list of all names, for each request
        {
            if (name.StartsWith(FetchPrefix, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>True when the browser says that a page of another site sends the request.</summary>
    public static bool IsOfAnotherSite(HttpRequest request) => request.Headers[FetchSite].ToString() is "cross-site" or "same-site";

    /// <summary>True when a person follows a link: the browser shows the answer in a window of its own, and no page reads it.</summary>
    public static bool IsVisit(HttpRequest request) =>
        HttpMethods.IsGet(request.Method) && request.Headers[FetchPrefix + "Mode"].ToString() == "navigate" && request.Headers[FetchPrefix + "Dest"].ToString() == "document";

    /// <summary>
    /// True for a change that a page of another site could make a browser send without asking: by a form, or by a script that does not read the answer. A POST without a content
    /// type is one unless the browser says which page sends it.
    /// </summary>
    public static bool IsFormWrite(HttpRequest request)
    {
        if (HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method) || HttpMethods.IsOptions(request.Method))
        {
            return false;
        }

        return string.IsNullOrEmpty(request.ContentType)
            ? HttpMethods.IsPost(request.Method) && request.Headers.Origin.Count == 0 && request.Headers[FetchSite].Count == 0
            : !MediaTypeHeaderValue.TryParse(request.ContentType, out var type) || FormTypes.Contains(type.MediaType.Value, StringComparer.OrdinalIgnoreCase);
    }
}
