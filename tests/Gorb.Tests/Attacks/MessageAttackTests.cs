using System.IO.Compression;
using System.Text;

namespace Gorb.Tests.Attacks;

/// <summary>Requests that are too large, or that two programs could take for different ones.</summary>
public sealed class MessageAttackTests(AttackedDaemon daemon) : AttackTest(daemon)
{
    private const string Malformed = "malformed";
    private const string TooLarge = "a body may have 1048576 bytes at most here";
    private const string Chunks = "Transfer-Encoding: chunked";
    private const int Megabyte = 1024 * 1024;

    private static readonly Attack[] All =
    [
        new("Request line of 10 KB", From.Lan, Attack.Of("GET", "/" + new string('a', 10_000)), 414, "too long"),
        new("Request line of 1 MB", From.Lan, $"GET /{new string('a', Megabyte)}", 414, "too long"),
        new("Method of 10 KB", From.Lan, Attack.Of(new string('A', 10_000), "/"), 414, "too long"),
        new("Header of 40 KB", From.Lan, Attack.Put($"X: {new string('a', 40_000)}"), 431, "the headers of the request are too large"),
        new("Header of 1 MB without an end", From.Lan, $"GET / HTTP/1.1\r\nX: {new string('a', Megabyte)}", 431, "the headers of the request are too large"),
        new("200 headers", From.Lan, Attack.Put([.. Enumerable.Range(0, 200).Select(static number => $"X-{number}: 1")]), 431, "the headers of the request are too large"),
        new("Query of 7 KB", From.Root, Attack.Of("GET", $"/service?{new string('a', 7000)}=1"), 400, "not a query member"),
        new("Query of 1500 members", From.Root, Attack.Of("GET", $"/service?{string.Join('&', Enumerable.Range(0, 1500))}"), 400, "not a query member"),
        new("Body of 64 GB, as its head says", From.Root, Attack.Put("Content-Length: 68719476736"), 413, TooLarge),
        new("Body of 2 MB", From.Root, Attack.Of("PUT", Attack.Target, new string(' ', 2 * Megabyte)), 413, TooLarge),
        new("Body of 2 MB in chunks", From.Root, Attack.Of("PUT", Attack.Target, Chunk(new string(' ', 2 * Megabyte)) + "0\r\n\r\n", Chunks, "Content-Type: application/json").Replace("Content-Length: ", "X: ", StringComparison.Ordinal), 413, TooLarge),
        new("Document of 64 GB, as its head says", From.Root, Attack.Of("PUT", "/config", "{}", "Content-Length: 68719476736"), 413, "67108864 bytes at most"),
        new("Length below zero", From.Root, Attack.Put("Content-Length: -1"), 400, Malformed),
        new("Length that is no number", From.Root, Attack.Put("Content-Length: 0x22"), 400, Malformed),
        new("Two lengths", From.Root, Attack.Put("Content-Length: 2", "Content-Length: 34"), 400, Malformed),
        new("Smuggling: length and chunks", From.Root, Attack.Of("PUT", Attack.Target, "0\r\n\r\nDELETE /service/web HTTP/1.1\r\nHost: localhost\r\n\r\n", "Content-Length: 5", Chunks), 400, ""),
        new("Smuggling: chunked twice", From.Root, Raw("Transfer-Encoding: chunked, chunked\r\n", "0\r\n\r\n"), 400, ""),
        new("Smuggling: an encoding that is not known", From.Root, Raw("Transfer-Encoding: gzip, chunked\r\n", "0\r\n\r\n"), 400, ""),
        new("Smuggling: white space before the colon", From.Root, Raw("Transfer-Encoding : chunked\r\n", "0\r\n\r\n"), 400, Malformed),
        new("Smuggling: a header that begins with white space", From.Root, Raw(" Transfer-Encoding: chunked\r\n", "0\r\n\r\n"), 400, Malformed),
        new("Smuggling: line feed without carriage return in a chunk", From.Root, Raw("Transfer-Encoding: chunked\r\n", "2\n{}\n0\n\n"), 400, "Bad chunk size data"),
        new("Smuggling: size of a chunk beyond 32 bits", From.Root, Raw("Transfer-Encoding: chunked\r\n", "100000000000000000\r\n{}"), 400, "a chunk of the body is too large"),
        new("Smuggling: size of a chunk below zero", From.Root, Raw("Transfer-Encoding: chunked\r\n", "-1\r\n{}"), 400, "Bad chunk size data"),
        new("Smuggling: chunk extension without an end", From.Root, Raw("Transfer-Encoding: chunked\r\n", $"2;{new string('a', 2 * Megabyte)}"), 413, ""),
        new("Smuggling: HTTP/1.0 with chunks", From.Root, "PUT /service/evil HTTP/1.0\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400, ""),
        new("Compressed body", From.Root, Attack.Of("PUT", Attack.Target, Gzip(), "Content-Encoding: gzip"), 400, "UTF-8"),
        new("Compressed document", From.Root, Attack.Of("PUT", "/config", Gzip(), "Content-Encoding: gzip"), 400, "UTF-8"),
        new("HTTP/2 without TLS", From.Root, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 0, ""),
        new("TLS on the plain port", From.Root, "\x16\x03\x01\x02\0\x01\0\x01\xfc\x03\x03" + new string('\0', 200), 400, Malformed),
    ];

    public static TheoryData<string> Cases => Names(All);

    [Theory]
    [MemberData(nameof(Cases))]
    public Task Attack_IsRefused(string name) => AssertRefusedAsync(Find(All, name));

    /// <summary>10,000 requests at once on one connection: each is refused, or the connection ends.</summary>
    [Fact]
    public Task Pipelining_DisturbsNobody() => AssertHarmlessAsync(async () =>
    {
        using var client = await Daemon.ConnectAsync(From.Lan);
        var flood = client.SendAsync(string.Concat(Enumerable.Repeat("DELETE /service/web HTTP/1.1\r\nHost: localhost\r\n\r\n", 10_000)) + Attack.Of("DELETE", "/service/db"));
        var answer = client.ReadToEndAsync();
        await Daemon.ServeOthersAsync();
        await flood;
        (await answer).Text.Split("HTTP/1.1 ").Skip(1).Should().OnlyContain(static one => one.StartsWith("401 ", StringComparison.Ordinal));
    });

    private static string Raw(string headers, string body) => $"PUT {Attack.Target} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n{headers}\r\n{body}";

    private static string Chunk(string text) => $"{text.Length:x}\r\n{text}\r\n";

    /// <summary>10 MB of spaces, compressed to 10 KB.</summary>
    private static string Gzip()
    {
        using var bytes = new MemoryStream();
        using (var gzip = new GZipStream(bytes, CompressionLevel.Fastest))
        {
            gzip.Write(Encoding.ASCII.GetBytes(new string(' ', 10 * Megabyte)));
        }

        return Encoding.Latin1.GetString(bytes.ToArray());
    }
}
