using System.Globalization;
using System.Net.Http.Headers;

namespace Gorb.Documents;

/// <summary>The headers of <c>GET /audit</c> that say where older lines are.</summary>
internal static class AuditHeaders
{
    /// <summary>When the memory begins.</summary>
    public const string Start = "Audit-Start";

    /// <summary>The path of the audit file on the daemon's host, percent-encoded.</summary>
    public const string File = "Audit-File";

    public static void Write(IHeaderDictionary headers, DateTimeOffset start, string? file)
    {
        headers[Start] = start.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        if (file is not null)
        {
            headers[File] = Uri.EscapeDataString(file).Replace("%2F", "/", StringComparison.Ordinal);
        }
    }

    /// <returns>The values; null where a header is missing.</returns>
    public static (string? Start, string? File) Read(HttpResponseHeaders headers) => (Find(headers, Start), Find(headers, File) is { } file ? Uri.UnescapeDataString(file) : null);

    private static string? Find(HttpResponseHeaders headers, string name) => headers.TryGetValues(name, out var values) ? values.FirstOrDefault() : null;
}
