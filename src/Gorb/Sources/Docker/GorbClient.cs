using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Gorb.Names;

namespace Gorb.Sources.Docker;

/// <summary>The REST API of one Gorb, as far as the link needs it.</summary>
internal sealed class GorbClient(Uri url) : IDisposable
{
    /// <summary>One Gorb that hangs keeps the others waiting for no longer than this.</summary>
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);

    // No proxy: Docker hands the one for the Internet to containers, and it would be asked for the Gorb next door.
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false, ConnectCallback = ConnectAsync }) { BaseAddress = url, Timeout = Timeout };

    public Uri Url => url;

    /// <exception cref="HttpRequestException">It does not answer, or not as a Gorb does.</exception>
    public async Task<GorbTable> ReadAsync(CancellationToken stop)
    {
        using var answer = await _http.GetAsync(new Uri("/config", UriKind.Relative), stop);
        answer.EnsureSuccessStatusCode();
        var text = await answer.Content.ReadAsStringAsync(stop);
        return Parse(text) is JsonObject document && document["services"] is JsonObject
            ? new GorbTable(document)
            : throw new HttpRequestException($"{url}config is not the document of a Gorb");
    }

    /// <summary>Whether a backend is to be removed once it has run empty, or at a certain time.</summary>
    /// <exception cref="HttpRequestException">It does not answer, or not as a Gorb does.</exception>
    public async Task<bool> IsRunningEmptyAsync(string service, string backend, CancellationToken stop)
    {
        using var answer = await _http.GetAsync(new Uri(LinkChange.PathOf(service, backend), UriKind.Relative), stop);
        if (answer.StatusCode == HttpStatusCode.NotFound)
        {
            return false;
        }

        answer.EnsureSuccessStatusCode();
        return Parse(await answer.Content.ReadAsStringAsync(stop))?["drain"]?["until"] is not null;
    }

    /// <returns>Null when it was done, else why not; empty when somebody else has made it since.</returns>
    /// <exception cref="HttpRequestException">It does not answer, or cannot do anything at present.</exception>
    public async Task<string?> SendAsync(LinkChange change, CancellationToken stop)
    {
        using var request = new HttpRequestMessage(change.Method, new Uri(change.Path + change.Query, UriKind.Relative));
        request.Content = change.Members is null ? null : new StringContent(change.Members.ToJsonString(), Encoding.UTF8, "application/json");
        if (change.IsCreation)
        {
            request.Headers.IfNoneMatch.Add(EntityTagHeaderValue.Any);
        }

        using var answer = await _http.SendAsync(request, stop);
        if (answer.StatusCode == HttpStatusCode.PreconditionFailed)
        {
            return "";
        }

        if (answer.IsSuccessStatusCode || (change.Method == HttpMethod.Delete && answer.StatusCode == HttpStatusCode.NotFound))
        {
            return null;
        }

        var text = await answer.Content.ReadAsStringAsync(stop);
        return (int)answer.StatusCode < 500 ? Explain(text) : throw new HttpRequestException($"{change.Method} {change.Path}: {Explain(text)}");
    }

    public void Dispose() => _http.Dispose();

    /// <summary>Resolves the name without holding a thread, which the system's resolver does for as long as a name server is silent.</summary>
    private static async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken stop)
    {
        var host = context.DnsEndPoint.Host;
        IReadOnlyList<IPAddress> addresses = IPAddress.TryParse(host, out var literal) ? [literal] : await HostResolver.Shared.FindAsync(host, stop);
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync([.. addresses], context.DnsEndPoint.Port, stop);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>What Gorb says, fields first, in the words of the labels they come from.</summary>
    private static string Explain(string text)
    {
        if (Parse(text) is not JsonObject error)
        {
            return text;
        }

        var details = error["details"] is JsonArray all ? all.OfType<JsonObject>().Select(detail => $"{Label(detail["field"]?.ToString())}{detail["problem"]}").ToList() : [];
        return details.Count > 0 ? string.Join("; ", details) : $"{error["error"]}";
    }

    private static JsonNode? Parse(string text)
    {
        try
        {
            return JsonNode.Parse(text);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string Label(string? field) => field switch
    {
        null => "",
        "weight" or "method" => $"label {LabelSection.Prefix}{field}: ",
        _ when field.StartsWith("pulse.args.", StringComparison.Ordinal) => $"label {LabelSection.Prefix}pulse.{field["pulse.args.".Length..]}: ",
        _ when field.StartsWith("pulse.", StringComparison.Ordinal) => $"label {LabelSection.Prefix}{field}: ",
        "host" or "port" => $"{field} (label {LabelSection.Prefix}vip, {LabelSection.Prefix}network or {LabelSection.Prefix}port): ",
        _ => $"{field}: ",
    };
}
