using System.Net.Sockets;
using System.Text;
using System.Text.Json;

namespace Gorb.Tests.Api;

/// <summary>Errors of requests that the web server rejects before the application have the form of all errors.</summary>
public sealed class RejectedRequestTests(TestDaemon daemon) : IClassFixture<TestDaemon>
{
    public static TheoryData<string, int> Requests => new()
    {
        { "GET /service/%00 HTTP/1.1\r\nHost: localhost\r\n\r\n", 400 },
        { "PUT /service/a%00b HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n\r\n{}", 400 },
        { "GET /service/\u00ff\u00fe HTTP/1.1\r\nHost: localhost\r\n\r\n", 400 },
        { "GET /service/%ff HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", 404 },
        { "PUT /service/%ff%fe HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}", 400 },
        { "GET /service/%c3%28/%e2%82 HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", 404 },
        { "nonsense\r\n\r\n", 400 },
        { "GET / HTTP/1.1\r\n\r\n", 400 },
        { "GET / HTTP/9.9\r\nHost: localhost\r\n\r\n", 505 },
        { $"GET /{new string('a', 10_000)} HTTP/1.1\r\nHost: localhost\r\n\r\n", 414 },
        { $"GET / HTTP/1.1\r\nHost: localhost\r\nX: {new string('a', 40_000)}\r\n\r\n", 431 },
    };

    [Theory]
    [MemberData(nameof(Requests))]
    public async Task AnyRequest_ThatCannotBeRead_IsAnsweredInTheUsualForm(string request, int status)
    {
        var answer = await SendAsync(Encoding.Latin1.GetBytes(request));

        var end = answer.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        var (head, body) = (answer[..end], answer[(end + 4)..]);
        head.Should().StartWith($"HTTP/1.1 {status} ").And.Contain("Content-Type: application/json; charset=utf-8");
        if (!head.Contains("chunked", StringComparison.Ordinal))
        {
            head.Should().Contain($"Content-Length: {Encoding.UTF8.GetByteCount(body)}");
            using var view = JsonDocument.Parse(body);
            view.RootElement.GetProperty("error").GetString().Should().NotBeEmpty();
            view.RootElement.GetProperty("details").GetArrayLength().Should().Be(1);
        }
    }

    [Theory]
    [InlineData(414, "8192 bytes at most")]
    [InlineData(431, "32768 bytes and 100 headers at most")]
    public async Task TooLargeRequest_IsToldTheBound(int status, string bound)
    {
        var padding = new string('a', 40_000);

        (await SendAsync(Encoding.Latin1.GetBytes(status == 414 ? $"GET /{padding} HTTP/1.1\r\nHost: localhost\r\n\r\n" : $"GET / HTTP/1.1\r\nHost: localhost\r\nX: {padding}\r\n\r\n"))).Should().Contain(bound);
    }

    private async Task<string> SendAsync(byte[] request)
    {
        using var client = new TcpClient();
        await client.ConnectAsync("127.0.0.1", daemon.Http.BaseAddress!.Port, TestContext.Current.CancellationToken);
        await using var stream = client.GetStream();
        await stream.WriteAsync(request, TestContext.Current.CancellationToken);
        using var answer = new MemoryStream();
        await stream.CopyToAsync(answer, TestContext.Current.CancellationToken);
        return Encoding.UTF8.GetString(answer.ToArray());
    }
}
