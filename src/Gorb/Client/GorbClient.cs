using System.Net;
using System.Net.Http.Headers;
using System.Net.ServerSentEvents;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Gorb.Documents;
using Gorb.Names;

namespace Gorb.Client;

/// <summary>
/// Sends requests to the REST API of a Gorb. A failure is one of three: the server does not answer, the Gorb refuses, or another program answers. The environment's proxy is
/// never used: it is meant for the Internet, Docker passes it to every container, and it need not reach a Gorb in the local network.
/// </summary>
internal sealed class GorbClient : IDisposable
{
    /// <summary>The maximum size of an answer, which exceeds that of any table.</summary>
    private const int MaxAnswerBytes = 256 * 1024 * 1024;

    /// <summary>The host of requests over a Unix socket; HTTP/1.1 must name one.</summary>
    private static readonly Uri LocalHost = new("http://localhost");

    private const string EventStream = "text/event-stream";

    private static readonly TimeSpan MaxConnectTime = TimeSpan.FromSeconds(10);

    private readonly HttpClient _http;

    /// <summary>Why the certificate of the server was last rejected; null when it was not.</summary>
    private volatile string? _untrusted;

    /// <param name="url">The URL of the Gorb.</param>
    /// <param name="timeout">The time-out for a request and its complete answer.</param>
    /// <param name="resolver">Resolves the host without blocking a thread while a name server is silent; null for the system's resolver.</param>
    /// <param name="maxAnswerBytes">The maximum size of an answer.</param>
    /// <param name="token">The token to send; null for none.</param>
    /// <param name="tls">Whom to trust at https, and what to show; null for what this host trusts, and nothing.</param>
    public GorbClient(Uri url, TimeSpan timeout, HostResolver? resolver = null, int maxAnswerBytes = MaxAnswerBytes, string? token = null, ClientTls? tls = null)
    {
        Url = url;
        var handler = new SocketsHttpHandler { UseProxy = false, ConnectTimeout = timeout < MaxConnectTime ? timeout : MaxConnectTime };
        handler.SslOptions = url.Scheme == Uri.UriSchemeHttps ? (tls ?? new ClientTls()).Options(url.IdnHost, reason => _untrusted = reason) : handler.SslOptions;
        if (UnixSocketUrl.TryGetPath(url, out var path))
        {
            handler.ConnectCallback = (_, stop) => UnixConnection.ConnectAsync(path, stop);
            url = LocalHost;
        }
        else if (resolver is not null)
        {
            handler.ConnectCallback = (context, stop) => ConnectAsync(resolver, context.DnsEndPoint, stop);
        }

        _http = new HttpClient(handler) { BaseAddress = url, Timeout = timeout, MaxResponseContentBufferSize = maxAnswerBytes };
        _http.DefaultRequestHeaders.Authorization = token is null ? null : new AuthenticationHeaderValue("Bearer", token);
    }

    public Uri Url { get; }

    /// <returns>The body of the answer; empty when it has none.</returns>
    /// <exception cref="GorbRefusalException">The Gorb refuses the request.</exception>
    /// <exception cref="GorbException">The server does not answer, or its answer is not that of a Gorb.</exception>
    public async Task<string> SendAsync(GorbRequest request, CancellationToken stop)
    {
        using var answer = await SendAsync(request, HttpCompletionOption.ResponseContentRead, stop);
        var text = await answer.Content.ReadAsStringAsync(stop);
        if (!answer.IsSuccessStatusCode || !IsExpected(request, answer.Content.Headers.ContentType, text))
        {
            throw Failure(answer, text);
        }

        request.OnHeaders?.Invoke(answer.Headers);
        return text;
    }

    /// <summary>Listens to events. The first one is hello: all later changes are told.</summary>
    /// <param name="stop">Ends the stream with an <see cref="OperationCanceledException"/>.</param>
    /// <returns>The events, until the server ends the stream.</returns>
    /// <exception cref="GorbRefusalException">The Gorb refuses the request.</exception>
    /// <exception cref="GorbException">The server does not answer, its answer is not that of a Gorb, or the connection broke.</exception>
    public IAsyncEnumerable<GorbEvent> ListenAsync(CancellationToken stop) => ReadStreamAsync("/events", static item => GorbEvent.Parse(item.EventType, item.Data), stop);

    /// <summary>Follows the whole table: its changes since a revision, and the other events.</summary>
    /// <param name="since">The revision that the follower has; null for none.</param>
    /// <param name="stop">Ends the stream with an <see cref="OperationCanceledException"/>.</param>
    /// <returns>Events with their data in JSON, until the server ends the stream. The id of a delta is the revision that it leads to.</returns>
    /// <exception cref="GorbRefusalException">The Gorb refuses the request.</exception>
    /// <exception cref="GorbException">The server does not answer, its answer is not that of a Gorb, or the connection broke.</exception>
    public IAsyncEnumerable<SseItem<string>> FollowAsync(string? since, CancellationToken stop) =>
        ReadStreamAsync(since is null ? "/events?deltas=true" : $"/events?deltas=true&since={Uri.EscapeDataString(since)}", static item => item, stop);

    private async IAsyncEnumerable<T> ReadStreamAsync<T>(string path, Func<SseItem<string>, T> read, [EnumeratorCancellation] CancellationToken stop)
    {
        using var answer = await SendAsync(new GorbRequest(HttpMethod.Get, path) { Answer = EventStream }, HttpCompletionOption.ResponseHeadersRead, stop);
        if (!answer.IsSuccessStatusCode || answer.Content.Headers.ContentType?.MediaType != EventStream)
        {
            throw Failure(answer, answer.IsSuccessStatusCode ? "" : await answer.Content.ReadAsStringAsync(stop));
        }

        await using var events = SseParser.Create(await answer.Content.ReadAsStreamAsync(stop)).EnumerateAsync(stop).GetAsyncEnumerator(stop);
        while (await MoveNextAsync(events))
        {
            yield return Read(events.Current);
        }

        T Read(SseItem<string> item)
        {
            try
            {
                return read(item);
            }
            catch (JsonException error)
            {
                throw Odd(error);
            }
        }
    }

    private async Task<bool> MoveNextAsync(IAsyncEnumerator<SseItem<string>> events)
    {
        try
        {
            return await events.MoveNextAsync();
        }
        catch (Exception error) when (error is IOException or HttpRequestException)
        {
            throw new GorbException($"{Url} broke the connection: {error.Message}", error);
        }
    }

    private async Task<HttpResponseMessage> SendAsync(GorbRequest request, HttpCompletionOption completion, CancellationToken stop)
    {
        try
        {
            using var message = new HttpRequestMessage(request.Method, new Uri(request.Path, UriKind.Relative));
            message.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue(request.Answer ?? GorbRequest.Json));
            message.Content = request.Body is { } body ? new ReadOnlyMemoryContent(body) : null;
            if (request.IsCreateOnly)
            {
                message.Headers.IfNoneMatch.Add(EntityTagHeaderValue.Any);
            }

            return await _http.SendAsync(message, completion, stop);
        }
        catch (HttpRequestException error) when (error.HttpRequestError == HttpRequestError.ConfigurationLimitExceeded)
        {
            throw new GorbException($"{Url} answers with more than {_http.MaxResponseContentBufferSize} bytes, as no Gorb does", error);
        }
        catch (HttpRequestException error) when (error.HttpRequestError == HttpRequestError.SecureConnectionError && _untrusted is { } reason)
        {
            throw new UntrustedGorbException($"{Url} is not trusted, because its {reason}", error);
        }
        catch (HttpRequestException error)
        {
            throw new GorbException($"{Url} does not answer: {Reason(error)}", error);
        }
        catch (OperationCanceledException error) when (!stop.IsCancellationRequested)
        {
            throw new GorbException($"{Url} does not answer within {_http.Timeout.TotalSeconds:0.#} s", error);
        }
    }

    public void Dispose() => _http.Dispose();

    /// <summary>Creates the exception for an answer that is not that of a Gorb.</summary>
    public GorbException Odd(Exception? cause = null) => Odd(Url, cause);

    /// <inheritdoc cref="Odd(Exception?)"/>
    public static GorbException Odd(Uri url, Exception? cause) => new($"{url} answers, but not as a Gorb does", cause);

    private static bool IsExpected(GorbRequest request, MediaTypeHeaderValue? type, string text) =>
        request.Answer is { } expected ? type?.MediaType == expected : text.Length == 0;

    private GorbException Failure(HttpResponseMessage answer, string text)
    {
        try
        {
            return !answer.IsSuccessStatusCode && JsonSerializer.Deserialize(text, BodyJson.Default.ErrorView) is { Error: not null } view
                ? new GorbRefusalException(answer.StatusCode, view)
                : Odd();
        }
        catch (JsonException error)
        {
            return Odd(error);
        }
    }

    /// <summary>Why the daemon does not answer. For a Unix socket the message of the exception ends with "(localhost:80)", the placeholder host of its HTTP requests, so only the cause is told.</summary>
    private string Reason(HttpRequestException error) =>
        error.InnerException is { } cause && UnixSocketUrl.TryGetPath(Url, out _) ? cause.Message
        : error.InnerException is { } inner && inner is not SocketException ? $"{error.Message} ({inner.Message})" : error.Message;

    private static async ValueTask<Stream> ConnectAsync(HostResolver resolver, DnsEndPoint endpoint, CancellationToken stop)
    {
        IReadOnlyList<IPAddress> addresses = IPAddress.TryParse(endpoint.Host, out var literal) ? [literal] : await resolver.FindAsync(endpoint.Host, stop);
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync([.. addresses], endpoint.Port, stop);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
