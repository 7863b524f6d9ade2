using System.Globalization;
using System.Net;
using System.Text.Json;

namespace Gorb.Sources.Docker;

/// <summary>
/// The engine that the environment names, as for the docker command: DOCKER_HOST, the docker command's context, or the default socket; with the certificates of DOCKER_CERT_PATH.
/// The link needs four requests of the engine's API, and sends them by HttpClient: a client library for the whole API made the program a quarter larger, and its start longer.
/// </summary>
internal sealed class DockerEngine : IEngine
{
    private const int MaxReasonLength = 1000;
    private const string Filters = """{"type":{"container":true,"network":true}}""";
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private readonly Uri _address;
    private readonly HttpClient _http;

    /// <summary>Why the engine's certificate was last rejected; null when it was not.</summary>
    private volatile string? _untrusted;

    /// <exception cref="EngineException">The environment is invalid.</exception>
    public DockerEngine()
    {
        try
        {
            var certificates = Environment.GetEnvironmentVariable("DOCKER_CERT_PATH");
            _address = EngineAddress.Find();
            _http = EngineTransport.Create(_address, string.IsNullOrEmpty(certificates) ? null : certificates, reason => _untrusted = reason);
        }
        catch (Exception error) // reading certificates throws exceptions of many types
        {
            throw new EngineException($"the Docker engine that the environment names (DOCKER_HOST, DOCKER_CONTEXT, DOCKER_CERT_PATH) cannot be used: {error.Message}", error);
        }
    }

    public Task<EngineInfo> GetInfoAsync(CancellationToken stop) => AskAsync("info", EngineAnswers.Info, stop);

    public Task<IReadOnlyList<Container>> ListAsync(CancellationToken stop) => AskAsync("containers/json", EngineAnswers.Containers, stop);

    public async Task<ContainerDetails?> InspectAsync(string id, CancellationToken stop)
    {
        try
        {
            return await AskAsync($"containers/{Uri.EscapeDataString(id)}/json", EngineAnswers.Details, stop);
        }
        catch (EngineException error) when (error.InnerException is HttpRequestException { StatusCode: HttpStatusCode.NotFound })
        {
            return null;
        }
    }

    public Task WatchAsync(DateTimeOffset since, Action<EngineEvent> happened, CancellationToken stop)
    {
        var question = string.Create(CultureInfo.InvariantCulture, $"events?since={since.ToUnixTimeSeconds()}&filters={Uri.EscapeDataString(Filters)}");
        return TranslateErrorsAsync<bool>(
            async () =>
            {
                using var answer = await SendAsync(question, stop);
                using var lines = new StreamReader(await answer.Content.ReadAsStreamAsync(stop));
                while (await lines.ReadLineAsync(stop) is { } line)
                {
                    using var message = JsonDocument.Parse(line);
                    if (EngineAnswers.Event(message.RootElement) is { } found)
                    {
                        happened(found);
                    }
                }

                throw new EndOfStreamException("the engine ended its stream of events");
            }, stop);
    }

    public void Dispose() => _http.Dispose();

    private Task<T> AskAsync<T>(string path, Func<JsonElement, T> read, CancellationToken stop) => TranslateErrorsAsync(
        async () =>
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
            limit.CancelAfter(Limit);
            using var answer = await SendAsync(path, limit.Token);
            await using var body = await answer.Content.ReadAsStreamAsync(limit.Token);
            using var document = await JsonDocument.ParseAsync(body, cancellationToken: limit.Token);
            return read(document.RootElement);
        }, stop);

    /// <summary>Sends GET PATH. The caller reads the body of the answer.</summary>
    /// <exception cref="HttpRequestException">The engine cannot be reached, or refuses, which the exception's status tells.</exception>
    private async Task<HttpResponseMessage> SendAsync(string path, CancellationToken stop)
    {
        var answer = await _http.GetAsync(new Uri(path, UriKind.Relative), HttpCompletionOption.ResponseHeadersRead, stop);
        if (answer.IsSuccessStatusCode)
        {
            return answer;
        }

        using (answer)
        {
            using var reader = new StreamReader(await answer.Content.ReadAsStreamAsync(stop));
            var body = new char[MaxReasonLength];
            var length = await reader.ReadBlockAsync(body, stop);
            throw new HttpRequestException($"the engine answers {(int)answer.StatusCode}: {Reason(new string(body, 0, length))}", null, answer.StatusCode);
        }
    }

    private static string Reason(string body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            return document.RootElement.Text("message") ?? body;
        }
        catch (JsonException)
        {
            return body; // a proxy before the engine answers with a page
        }
    }

    /// <summary>Runs some work, and turns its failures into an <see cref="EngineException"/>.</summary>
    /// <exception cref="EngineException">The work failed.</exception>
    private async Task<T> TranslateErrorsAsync<T>(Func<Task<T>> work, CancellationToken stop)
    {
        _untrusted = null;
        try
        {
            return await work();
        }
        catch (OperationCanceledException error) when (!stop.IsCancellationRequested)
        {
            throw new EngineException($"the engine did not answer within {Limit.TotalSeconds} s", error);
        }
        catch (Exception error) when (error is HttpRequestException or IOException or JsonException or InvalidOperationException && !stop.IsCancellationRequested)
        {
            throw new EngineException(Explain(error), error);
        }
    }

    private string Explain(Exception error)
    {
        var cause = error.GetBaseException();
        return _untrusted is { } reason ? $"the engine's {reason}"
            : cause == error ? error.Message
            : error is HttpRequestException ? $"{_address.OriginalString}: {cause.Message}"
            : $"{error.Message} ({cause.Message})";
    }
}
