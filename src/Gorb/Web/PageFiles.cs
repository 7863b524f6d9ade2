using System.Collections.Concurrent;
using System.Reflection;
using System.Security.Cryptography;
using Microsoft.Net.Http.Headers;

namespace Gorb.Web;

/// <summary>The files of the page at /ui, which are embedded in the binary, compressed with gzip. Nothing is read before the first request.</summary>
internal static class PageFiles
{
    /// <summary>The file that browsers open first.</summary>
    public const string Index = "index.html";

    private const string Prefix = "page/";
    private static readonly Assembly Binary = typeof(PageFiles).Assembly;
    private static readonly ConcurrentDictionary<string, PageFile?> Read = new(StringComparer.Ordinal);

    /// <summary>The names of all files. None if the binary was built without the page.</summary>
    public static IEnumerable<string> Names =>
        Binary.GetManifestResourceNames().Where(static name => name.StartsWith(Prefix, StringComparison.Ordinal)).Select(static name => name[Prefix.Length..]);

    /// <summary>Finds a file by its name, such as <c>vendor/preact.js</c>.</summary>
    public static PageFile? Find(string name) => Read.TryGetValue(name, out var file) ? file
        : Names.Contains(name, StringComparer.Ordinal) ? Read.GetOrAdd(name, Load) // names of clients' own invention are not kept
        : null;

    private static PageFile? Load(string name)
    {
        using var stream = Binary.GetManifestResourceStream(Prefix + name) ?? throw new InvalidOperationException($"{name} is not embedded.");
        var content = new byte[stream.Length];
        stream.ReadExactly(content);
        return new PageFile(content, TypeOf(name), new EntityTagHeaderValue($"\"{Convert.ToHexStringLower(SHA256.HashData(content))[..16]}\""));
    }

    private static string TypeOf(string name) => Path.GetExtension(name) switch
    {
        ".html" => "text/html; charset=utf-8",
        ".css" => "text/css; charset=utf-8",
        ".js" => "text/javascript; charset=utf-8",
        ".svg" => "image/svg+xml",
        _ => "text/plain; charset=utf-8",
    };
}

/// <summary>A file of the page.</summary>
/// <param name="Compressed">Its content, compressed with gzip.</param>
/// <param name="Type">Its content type.</param>
/// <param name="Tag">The version of its content.</param>
internal sealed record PageFile(byte[] Compressed, string Type, EntityTagHeaderValue Tag);
