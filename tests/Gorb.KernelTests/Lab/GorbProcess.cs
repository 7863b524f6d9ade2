using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;

namespace Gorb.KernelTests.Lab;

/// <summary>The published native daemon, started on a free loopback port.</summary>
internal sealed class GorbProcess : IAsyncDisposable
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(180);
    private static readonly TimeSpan StartPollInterval = TimeSpan.FromSeconds(1);
    private static int _lastPort = 14671;
    private readonly LoggedProcess _process;

    private GorbProcess(int port, string[] wrapper, string[] options, string? host = null)
    {
        Http = new HttpClient(host is null ? new SocketsHttpHandler() : new SocketsHttpHandler { ConnectCallback = (context, stop) => ConnectAsync(host, context.DnsEndPoint, stop) }) { BaseAddress = new Uri($"http://127.0.0.1:{port}") };
        string[] command = [.. wrapper, Repository.Gorb];
        _process = new LoggedProcess(command[0],
            [.. command[1..], "-l", string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{port}"), .. options.Contains("--state") ? [] : (string[])["--state", "none"], .. options]);
    }

    public HttpClient Http { get; }

    /// <summary>Its output so far.</summary>
    public string Log => _process.Log;

    public bool HasExited => _process.HasExited;

    /// <summary>Its process id.</summary>
    public int Id => _process.Id;

    /// <summary>Clears <see cref="Log"/>.</summary>
    public void ClearLog() => _process.ClearLog();

    public static Task<GorbProcess> StartAsync(params string[] options) => StartAsync(Interlocked.Increment(ref _lastPort), options);

    /// <summary>Starts the daemon through another program that executes it (<c>setpriv</c>, <c>sh -c 'exec "$0" "$@"'</c>).</summary>
    public static Task<GorbProcess> StartUnderAsync(string[] wrapper, params string[] options) => StartAsync(Interlocked.Increment(ref _lastPort), options, wrapper);

    /// <summary>Starts the daemon on another host of the lab.</summary>
    public static Task<GorbProcess> StartOnAsync(string host, params string[] options) => StartAsync(Interlocked.Increment(ref _lastPort), options, ["ip", "netns", "exec", host], host);

    /// <summary>Starts another daemon on the same port.</summary>
    public Task<GorbProcess> StartAgainAsync(params string[] options) => StartAsync(Http.BaseAddress!.Port, options);

    private static async Task<GorbProcess> StartAsync(int port, string[] options, string[]? wrapper = null, string? host = null)
    {
        var gorb = new GorbProcess(port, wrapper ?? [], options, host);
        var clock = Stopwatch.StartNew();
        do
        {
            // Polling would take the processor from the daemon that starts. A daemon whose output is redirected is polled at this interval.
            await gorb._process.LogsOrEndsAsync("Now listening on", StartPollInterval);
            if (gorb.HasExited || clock.Elapsed > StartLimit)
            {
                throw new InvalidOperationException($"gorb did not start:\n{gorb.Log}");
            }
        }
        while (!await gorb.IsReadyAsync());

        return gorb;
    }

    public async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, string? body = null)
    {
        using var request = new HttpRequestMessage(method, new Uri(path, UriKind.Relative));
        request.Content = body is null ? null : new StringContent(body, Encoding.UTF8, "application/json");
        return await Http.SendAsync(request, TestContext.Current.CancellationToken);
    }

    public Task PutAsync(string path, string body) => SucceedAsync(HttpMethod.Put, path, body);

    public Task PatchAsync(string path, string body) => SucceedAsync(HttpMethod.Patch, path, body);

    public Task DeleteAsync(string path) => SucceedAsync(HttpMethod.Delete, path, null);

    public Task<JsonElement> GetAsync(string path) => Http.GetFromJsonAsync<JsonElement>(new Uri(path, UriKind.Relative), TestContext.Current.CancellationToken);

    /// <summary>Puts a service with the lab's three backends, all with one forwarding method.</summary>
    public async Task PutServiceAsync(string name, string service, string method = "nat", bool v6 = false, int weight = 100)
    {
        await PutAsync($"/service/{name}", service);
        foreach (var backend in Network.Backends)
        {
            await PutAsync($"/service/{name}/{backend}",
                $$"""{"host": "{{Network.Address(backend, v6)}}", "port": 80, "method": "{{method}}", "weight": {{weight}}, "pulse": {"type": "none"} }""");
        }
    }

    /// <inheritdoc cref="LoggedProcess.Signal"/>
    public void Signal(string name) => _process.Signal(name);

    /// <inheritdoc cref="LoggedProcess.LogsAsync"/>
    public Task LogsAsync(string text) => _process.LogsAsync(text);

    /// <inheritdoc cref="LoggedProcess.TerminateAsync"/>
    public Task<int> TerminateAsync() => _process.TerminateAsync();

    /// <inheritdoc cref="LoggedProcess.KillAsync"/>
    public Task KillAsync() => _process.KillAsync();

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _process.DisposeAsync();
    }

    /// <summary>Connects from a host of the lab, whose loopback is another one.</summary>
    private static async ValueTask<Stream> ConnectAsync(string host, DnsEndPoint to, CancellationToken stop)
    {
        var socket = NetworkNamespace.Run(host, static () => new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp));
        try
        {
            await socket.ConnectAsync(IPAddress.Parse(to.Host), to.Port, stop);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>True when the saved table is in the kernel; /healthz responds earlier.</summary>
    private async Task<bool> IsReadyAsync()
    {
        try
        {
            using var answer = await Http.GetAsync(new Uri("/readyz", UriKind.Relative), TestContext.Current.CancellationToken);
            return answer.StatusCode == HttpStatusCode.OK;
        }
        catch (HttpRequestException) // not listening yet
        {
            return false;
        }
    }

    private async Task SucceedAsync(HttpMethod method, string path, string? body)
    {
        using var answer = await SendAsync(method, path, body);
        answer.StatusCode.Should().Be(HttpStatusCode.OK, await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }
}
