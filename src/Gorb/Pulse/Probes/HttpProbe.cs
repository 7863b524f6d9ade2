using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Runtime.CompilerServices;
using System.Text;
using Gorb.Pulse.Json;

namespace Gorb.Pulse.Probes;

/// <summary>An HTTP/1.1 request is answered as expected.</summary>
internal sealed class HttpProbe : IAsyncProbe
{
    private const int MostBodyBytes = 64 * 1024;

    private static readonly HttpRequestOptionsKey<(ProbeTarget Target, CancellationToken Token)> ProbeKey = new("probe");
    /// <summary>
    /// A name of its own for every target. The handler gives a new connection to any request for the same host and port, but two targets
    /// that look alike to it may differ in address or trust.
    /// </summary>
    private static readonly ConditionalWeakTable<ProbeTarget, string> Pools = [];

    private static readonly UriCreationOptions AsItIs = new() { DangerousDisablePathAndQueryCanonicalization = true };

    private static readonly HttpMessageInvoker Client = new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        AutomaticDecompression = DecompressionMethods.None,
        UseCookies = false,
        UseProxy = false,
        ActivityHeadersPropagator = null,
        PooledConnectionLifetime = TimeSpan.Zero, // a probe is to see a connection come about
        // TLS is ours, too, since every check has its own trust; the handler sees plain HTTP.
        // The probe's own token, for the handler's goes on for minutes after the request that wanted the connection has been given up.
        ConnectCallback = async (context, _) =>
        {
            context.InitialRequestMessage.Options.TryGetValue(ProbeKey, out var probe);
            return ((HttpArgs)probe.Target.Args).Trust is { } trust
                ? await ProbeConnection.OpenTlsAsync(probe.Target, trust, SslApplicationProtocol.Http11, probe.Token).ConfigureAwait(false)
                : await ProbeConnection.OpenAsync(probe.Target, probe.Token).ConfigureAwait(false);
        },
    });

    private static int _lastPool;

    public async Task<string> RunAsync(ProbeTarget target, CancellationToken token)
    {
        var args = (HttpArgs)target.Args;
        using var request = Request(target, args);
        request.Options.Set(ProbeKey, (target, token));
        using var answer = await Client.SendAsync(request, token).ConfigureAwait(false);
        var status = ((int)answer.StatusCode).ToString(CultureInfo.InvariantCulture);
        if (!args.Expect.Any(range => range.Contains((int)answer.StatusCode)))
        {
            throw new ProbeFailureException($"{status}, expected {string.Join(", ", args.Expect)}");
        }

        if (args.ExpectBody is not null || args.ExpectRegex is not null)
        {
            Judge(args, await ReadAsync(answer.Content, token).ConfigureAwait(false), status);
        }

        return status;
    }

    private static HttpRequestMessage Request(ProbeTarget target, HttpArgs args)
    {
        var pool = Pools.GetValue(target, _ => string.Create(CultureInfo.InvariantCulture, $"probe-{Interlocked.Increment(ref _lastPool)}"));
        var request = new HttpRequestMessage(new HttpMethod(args.Method), new Uri($"http://{pool}{args.Path}", AsItIs)) { Version = HttpVersion.Version11 };
        request.Headers.Host = Authority(target, args);
        request.Headers.ConnectionClose = true;
        request.Headers.TryAddWithoutValidation("User-Agent", "gorb");
        foreach (var header in args.Headers)
        {
            request.Headers.Remove(header.Name);
            request.Headers.TryAddWithoutValidation(header.Name, header.Value);
        }

        return request;
    }

    /// <summary>Host and port as the Host header has them: the port of the scheme is not named (RFC 9110, 4.2.3).</summary>
    private static string Authority(ProbeTarget target, HttpArgs args)
    {
        var host = target.Host.Contains(':', StringComparison.Ordinal) ? $"[{target.Host}]" : target.Host;
        return target.Port == (args.Trust is null ? 80 : 443) ? host : string.Create(CultureInfo.InvariantCulture, $"{host}:{target.Port}");
    }

    private static async Task<string> ReadAsync(HttpContent content, CancellationToken token)
    {
        var body = await content.ReadAsStreamAsync(token).ConfigureAwait(false);
        await using (body.ConfigureAwait(false))
        {
            var bytes = new byte[MostBodyBytes];
            var count = await body.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, token).ConfigureAwait(false);
            return Encoding.UTF8.GetString(bytes, 0, count);
        }
    }

    private static void Judge(HttpArgs args, string body, string status)
    {
        if (args.ExpectBody is { } text && !body.Contains(text, StringComparison.Ordinal))
        {
            throw new ProbeFailureException($"{status}, but the body does not contain \"{text}\"");
        }

        if (args.ExpectRegex is { } pattern && !HttpArgsReader.BodyPattern(pattern).IsMatch(body))
        {
            throw new ProbeFailureException($"{status}, but the body does not match {pattern}");
        }
    }
}
