using System.Globalization;
using System.Net.Security;
using System.Text;
using System.Text.RegularExpressions;
using Gorb.Documents.Checks;
using Gorb.Model.Checks;

namespace Gorb.Health.Probes;

/// <summary>
/// Passes when an HTTP/1.1 request gets the expected response. The request is sent exactly as configured, and only the status and the first part of the
/// body count. A general HTTP client would refuse some headers, and responses that the backend's own clients accept.
/// </summary>
internal sealed class HttpProbe : IAsyncProbe
{
    public async Task<string> RunAsync(ProbeTarget target, CancellationToken token)
    {
        var args = (HttpArgs)target.Args;
        var request = Request(target, args);
        Stream stream = args.Trust is { } trust
            ? await ProbeConnection.OpenTlsAsync(target, trust, SslApplicationProtocol.Http11, token).ConfigureAwait(false)
            : await ProbeConnection.OpenAsync(target, token).ConfigureAwait(false);
        await using (stream.ConfigureAwait(false))
        {
            await SendAsync(stream, request, token).ConfigureAwait(false);
            return await EvaluateAsync(args, new HttpAnswer(stream, args.Method), token).ConfigureAwait(false);
        }
    }

    private static async Task SendAsync(Stream stream, byte[] request, CancellationToken token)
    {
        try
        {
            await stream.WriteAsync(request, token).ConfigureAwait(false);
        }
        catch (IOException)
        {
            // A server may respond and close before it has read the whole request. Reading shows whether it responded.
        }
    }

    private static byte[] Request(ProbeTarget target, HttpArgs args)
    {
        var text = new StringBuilder($"{args.Method} {args.Path} HTTP/1.1\r\n");
        Add("Host", Authority(target, args));
        Add("User-Agent", "gorb");
        Add("Connection", "close");
        if (args.Method is "POST" or "PUT" or "PATCH") // otherwise a server may wait for a body (RFC 9110, 8.6)
        {
            Add("Content-Length", "0");
        }

        foreach (var header in args.Headers)
        {
            text.Append(CultureInfo.InvariantCulture, $"{header.Name}: {HeaderValue.Find(header)}\r\n");
        }

        return Encoding.ASCII.GetBytes(text.Append("\r\n").ToString());

        void Add(string name, string value)
        {
            if (!args.Headers.Any(header => header.Name.Equals(name, StringComparison.OrdinalIgnoreCase)))
            {
                text.Append(CultureInfo.InvariantCulture, $"{name}: {value}\r\n");
            }
        }
    }

    /// <summary>Host and port for the Host header; the default port of the scheme is omitted (RFC 9110, 4.2.3).</summary>
    private static string Authority(ProbeTarget target, HttpArgs args) =>
        target.Port == (args.Trust is null ? 80 : 443) ? target.UrlHost : string.Create(CultureInfo.InvariantCulture, $"{target.UrlHost}:{target.Port}");

    private static bool Matches(string pattern, ReadOnlySpan<byte> body)
    {
        try
        {
            return HttpArgsReader.BodyPattern(pattern).IsMatch(Encoding.UTF8.GetString(body));
        }
        catch (RegexMatchTimeoutException error)
        {
            throw new ProbeFailureException($"the body could not be searched for {pattern} within {error.MatchTimeout.TotalSeconds} s: use a simpler expression");
        }
    }

    private static async Task<string> EvaluateAsync(HttpArgs args, HttpAnswer answer, CancellationToken token)
    {
        var code = await answer.ReadStatusAsync(token).ConfigureAwait(false);
        var status = code.ToString(CultureInfo.InvariantCulture);
        if (!args.Expect.Any(range => range.Contains(code)))
        {
            throw new ProbeFailureException($"{status}, expected {string.Join(", ", args.Expect)}");
        }

        var text = Encoding.UTF8.GetBytes(args.ExpectBody ?? "");
        if (args.ExpectRegex is { } pattern)
        {
            await answer.ReadBodyAsync(default, token).ConfigureAwait(false); // the whole body: the rest can make or break a match
            if (!Matches(pattern, answer.Body))
            {
                throw new ProbeFailureException($"{status}, but the body does not match {pattern}");
            }
        }
        else if (text.Length > 0)
        {
            await answer.ReadBodyAsync(text, token).ConfigureAwait(false);
        }

        return answer.Body.IndexOf(text) >= 0 ? status : throw new ProbeFailureException($"{status}, but the body does not contain \"{args.ExpectBody}\"");
    }
}
