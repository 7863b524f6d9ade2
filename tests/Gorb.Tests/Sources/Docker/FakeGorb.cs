using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Gorb.Tests.Sources.Docker;

/// <summary>A Gorb with the services and answers that the test sets; it records all declarations.</summary>
internal sealed class FakeGorb : IDisposable
{
    private const int MaxAttempts = 10;

    private readonly HttpListener _listener;
    private readonly Task _serving;

    public FakeGorb()
    {
        (_listener, Url) = Listen();
        _serving = ServeAsync();
    }

    /// <summary>The answer to a declaration without conflicts.</summary>
    public static (int Status, string Body) Accepted { get; } = (200, """{"conflicts": []}""");

    public Uri Url { get; }

    /// <summary>The services of its document.</summary>
    public string Services { get; set; } = "{}";

    /// <summary>Gives the answer to a declaration: status and body.</summary>
    public Func<string, (int Status, string Body)> Answer { get; set; } = static _ => Accepted;

    /// <summary>The received declarations, each preceded by its query.</summary>
    public ConcurrentQueue<string> Declarations { get; } = [];

    public void Dispose()
    {
        _listener.Abort();
        _serving.Wait(TestContext.Current.CancellationToken);
    }

    /// <summary>Listens on a free port. Another test may take the port in between; then another one is tried.</summary>
    private static (HttpListener Listener, Uri Url) Listen()
    {
        for (var attempt = 1; ; attempt++)
        {
            var url = FindFreeUrl();
            var listener = new HttpListener();
            listener.Prefixes.Add(url.ToString());
            try
            {
                listener.Start();
                return (listener, url);
            }
            catch (HttpListenerException) when (attempt < MaxAttempts)
            {
                ((IDisposable)listener).Dispose();
            }
        }
    }

    private static Uri FindFreeUrl()
    {
        using var free = new TcpListener(IPAddress.Loopback, 0);
        free.Start();
        return new Uri($"http://{free.LocalEndpoint}/");
    }

    private async Task ServeAsync()
    {
        while (await NextAsync() is { } context)
        {
            var (status, body) = (200, $$"""{"services": {{Services}}}""");
            if (context.Request.HttpMethod == "PUT")
            {
                using var reader = new StreamReader(context.Request.InputStream);
                var document = await reader.ReadToEndAsync(TestContext.Current.CancellationToken);
                Declarations.Enqueue($"{context.Request.Url!.Query} {document}");
                (status, body) = Answer(document);
            }

            context.Response.StatusCode = status;
            context.Response.ContentType = "application/json";
            context.Response.Close(Encoding.UTF8.GetBytes(body), willBlock: true);
        }
    }

    private async Task<HttpListenerContext?> NextAsync()
    {
        try
        {
            return await _listener.GetContextAsync();
        }
        catch (Exception error) when (error is HttpListenerException or ObjectDisposedException)
        {
            return null; // the test is over
        }
    }
}
