using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Gorb.KernelTests.Lab;

namespace Gorb.KernelTests.Daemon;

/// <summary>
/// Writes one service again and again, one request after the other, and knows its possible states: the one after the last answered request, or the one
/// after the request that was pending when the daemon died.
/// </summary>
internal sealed class StormWriter(int number, Random random)
{
    private static readonly string[] Methods = ["rr", "wrr", "wlc"];
    private SortedDictionary<string, int>? _backends;
    private string _method = "";
    private string? _unanswered;

    public string Name { get; } = string.Create(CultureInfo.InvariantCulture, $"storm{number}");

    private int Port => 2000 + number;

    private bool IsByPath => number % 2 == 0;

    /// <summary>Writes until the daemon dies.</summary>
    /// <param name="gorb">The daemon.</param>
    /// <param name="answered">Released after each answer.</param>
    public async Task RunAsync(GorbProcess gorb, SemaphoreSlim answered)
    {
        while (true)
        {
            var (method, path, body, apply) = Next();
            var before = Text();
            var (keptBackends, keptMethod) = (_backends is null ? null : new SortedDictionary<string, int>(_backends), _method);
            apply();
            _unanswered = Text();
            try
            {
                using var answer = await gorb.SendAsync(method, path, body);
                answer.StatusCode.Should().Be(HttpStatusCode.OK, "{0} {1} {2} upon {3}", method, path, body, before);
                _unanswered = null;
                answered.Release();
            }
            catch (Exception error) when (error is HttpRequestException or IOException or SocketException) // the daemon was killed, at any moment
            {
                (_backends, _method) = (keptBackends, keptMethod);
                return;
            }
        }
    }

    /// <summary>Checks the state in a restarted daemon and continues from it.</summary>
    public void Check(JsonElement services)
    {
        var found = services.TryGetProperty(Name, out var service) ? service : default;
        var text = found.ValueKind == JsonValueKind.Undefined
            ? "absent"
            : Text(found.GetProperty("method").GetString()!, found.GetProperty("backends").EnumerateObject().Select(entry => (entry.Name, entry.Value.GetProperty("weight").GetInt32())));
        string[] possible = _unanswered is null ? [Text()] : [Text(), _unanswered];
        possible.Should().Contain(text, "{0} has an acknowledged or a pending state", Name);

        _unanswered = null;
        _method = found.ValueKind == JsonValueKind.Undefined ? "" : found.GetProperty("method").GetString()!;
        _backends = found.ValueKind == JsonValueKind.Undefined
            ? null
            : new SortedDictionary<string, int>(found.GetProperty("backends").EnumerateObject().ToDictionary(entry => entry.Name, entry => entry.Value.GetProperty("weight").GetInt32()));
    }

    /// <summary>The lines that ipvsadm must save for the service.</summary>
    public IEnumerable<string> Lines() => _backends is null
        ? []
        : _backends.Select(backend => $"-a -t 10.9.0.100:{Port} -r 10.9.0.2{backend.Key[1]}:80 -m -w {backend.Value}").Prepend($"-A -t 10.9.0.100:{Port} -s {_method}");

    /// <summary>The destinations that ipvsadm must save for marks of checks by path.</summary>
    public IEnumerable<string> Paths() => IsByPath ? _backends?.Keys.Select(static backend => $"-r 10.9.0.2{backend[1]}:80 -m -w 1") ?? [] : [];

    private (HttpMethod Method, string Path, string? Body, Action Apply) Next()
    {
        var backend = $"b{random.Next(1, 4)}";
        var weight = random.Next(1, 200);
        var method = Methods[random.Next(Methods.Length)];
        return random.Next(10) switch
        {
            _ when _backends is null => PutService(method),
            0 => (HttpMethod.Delete, $"/service/{Name}", null, () => _backends = null),
            1 => PutService(method),
            2 or 3 when _backends.ContainsKey(backend) => (HttpMethod.Delete, $"/service/{Name}/{backend}", null, () => _backends.Remove(backend)),
            4 or 5 when _backends.ContainsKey(backend) =>
                (HttpMethod.Patch, $"/service/{Name}/{backend}", $$"""{"weight": {{weight}}}""", () => _backends[backend] = weight),
            _ => (HttpMethod.Put, $"/service/{Name}/{backend}", Backend(backend, weight), () => _backends[backend] = weight),
        };
    }

    private (HttpMethod Method, string Path, string? Body, Action Apply) PutService(string method)
    {
        var body = $$"""{"host": "10.9.0.100", "port": {{Port}}, "method": "{{method}}"}""";
        return (HttpMethod.Put, $"/service/{Name}", body, () => (_backends, _method) = (_backends ?? [], method));
    }

    private string Backend(string name, int weight) =>
        $$"""{"host": "10.9.0.2{{name[1]}}", "port": 80, "weight": {{weight}}, "pulse": {{(IsByPath ? """{"type": "tcp", "via": "path", "fall": 1000}""" : """{"type": "none"}""")}} }""";

    private string Text() => _backends is null ? "absent" : Text(_method, _backends.Select(backend => (backend.Key, backend.Value)));

    private static string Text(string method, IEnumerable<(string Name, int Weight)> backends) =>
        string.Join(' ', [method, .. backends.OrderBy(backend => backend.Name, StringComparer.Ordinal).Select(backend => $"{backend.Name}={backend.Weight}")]);
}
