using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Net.Sockets;
using Gorb.Model.Checks;

namespace Gorb.Health.Probes;

/// <summary>Passes when the standard gRPC health service (grpc.health.v1.Health/Check) answers SERVING.</summary>
internal sealed class GrpcProbe : IAsyncProbe
{
    private const string Method = "/grpc.health.v1.Health/Check";
    private const int MaxAnswerBytes = 4 * 1024;
    private const int NotFound = 5;
    private const int Unimplemented = 12;

    private static readonly string[] Codes =
    [
        "OK", "Cancelled", "Unknown", "InvalidArgument", "DeadlineExceeded", "NotFound", "AlreadyExists", "PermissionDenied", "ResourceExhausted",
        "FailedPrecondition", "Aborted", "OutOfRange", "Unimplemented", "Internal", "Unavailable", "DataLoss", "Unauthenticated",
    ];

    private static readonly string[] States = ["UNKNOWN", "SERVING", "NOT_SERVING", "SERVICE_UNKNOWN"];

    public async Task<string> RunAsync(ProbeTarget target, CancellationToken token)
    {
        var args = (GrpcArgs)target.Args;
        var isConnected = false;
        using var client = new HttpMessageInvoker(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.None,
            UseCookies = false,
            UseProxy = false,
            ActivityHeadersPropagator = null,
            // The probe's own token: the handler keeps connecting after the request has been cancelled.
            ConnectCallback = async (_, _) =>
            {
                var stream = await OpenAsync(target, args.Trust, token).ConfigureAwait(false);
                isConnected = true;
                return stream;
            },
        });
        using var request = Request(target, args);
        try
        {
            using var answer = await client.SendAsync(request, token).ConfigureAwait(false);
            return Evaluate(args, answer, await ReadAsync(answer, token).ConfigureAwait(false));
        }
        catch (HttpRequestException error) when (error.InnerException is HttpProtocolException or HttpIOException or null || (isConnected && error.GetBaseException() is not (SocketException or IOException)))
        {
            throw new ProbeFailureException("the answer is not HTTP/2"); // connection errors are explained by NetworkError instead
        }
        catch (HttpIOException)
        {
            throw new ProbeFailureException("the server broke off the answer");
        }
    }

    private static async Task<Stream> OpenAsync(ProbeTarget target, TlsTrust? trust, CancellationToken token)
    {
        if (trust is null)
        {
            return await ProbeConnection.OpenAsync(target, token).ConfigureAwait(false);
        }

        var stream = await ProbeConnection.OpenTlsAsync(target, trust, SslApplicationProtocol.Http2, token).ConfigureAwait(false);
        if (stream.NegotiatedApplicationProtocol == SslApplicationProtocol.Http2)
        {
            return stream;
        }

        await stream.DisposeAsync().ConfigureAwait(false);
        throw new ProbeFailureException("the server does not agree to HTTP/2 in the TLS handshake (ALPN)");
    }

    private static HttpRequestMessage Request(ProbeTarget target, GrpcArgs args)
    {
        var content = new ByteArrayContent(GrpcHealth.Request(args.Service));
        content.Headers.ContentType = new MediaTypeHeaderValue("application/grpc");
        var scheme = args.Trust is null ? "http" : "https";
        var request = new HttpRequestMessage(HttpMethod.Post, new Uri(string.Create(CultureInfo.InvariantCulture, $"{scheme}://{target.UrlHost}:{target.Port}{Method}")))
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = content,
        };
        request.Headers.TE.Add(new TransferCodingWithQualityHeaderValue("trailers"));
        request.Headers.TryAddWithoutValidation("User-Agent", "gorb");
        return request;
    }

    private static async Task<byte[]> ReadAsync(HttpResponseMessage answer, CancellationToken token)
    {
        var body = await answer.Content.ReadAsStreamAsync(token).ConfigureAwait(false);
        await using (body.ConfigureAwait(false))
        {
            var bytes = new byte[MaxAnswerBytes];
            var count = await body.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, token).ConfigureAwait(false); // to the end: trailers follow the body
            return bytes[..count];
        }
    }

    private static string Evaluate(GrpcArgs args, HttpResponseMessage answer, byte[] body)
    {
        if (Header(answer, "grpc-status") is not { } text)
        {
            throw new ProbeFailureException(answer.StatusCode == HttpStatusCode.OK ? "the answer is not gRPC" : $"{(int)answer.StatusCode}, and the answer is not gRPC");
        }

        var code = int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 2; // UNKNOWN
        switch (code)
        {
            case 0:
                break;
            case NotFound:
                throw new ProbeFailureException($"the server does not know the service \"{args.Service}\"");
            case Unimplemented:
                throw new ProbeFailureException("the server has no grpc.health.v1.Health service");
            default:
                var name = code < Codes.Length ? Codes[code] : text;
                throw new ProbeFailureException(Header(answer, "grpc-message") is { Length: > 0 } message ? $"{name}: {Uri.UnescapeDataString(message)}" : name);
        }

        var state = GrpcHealth.Status(body) is { } status ? States.ElementAtOrDefault(status) ?? States[0] : throw new ProbeFailureException("the answer is not a health check's");
        return state == "SERVING" ? state : throw new ProbeFailureException($"{state}, expected SERVING");
    }

    /// <summary>A trailer, or a header when the response has no body.</summary>
    private static string? Header(HttpResponseMessage answer, string name) =>
        answer.TrailingHeaders.TryGetValues(name, out var values) || answer.Headers.TryGetValues(name, out values) ? values.First() : null;
}
