using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using Gorb.Tests.Shared;

namespace Gorb.PageTests.Browser;

/// <summary>
/// The published daemon in user-mode Linux with IPVS, between three web servers and this machine (tests/lab/run). It has the service web with the backends b1 to b3; another program has made
/// the service 10.9.0.120:25.
/// </summary>
public sealed class LabDaemon : IAsyncLifetime
{
    private const string Foreign = "ipvsadm -A -t 10.9.0.120:25 -s rr && ipvsadm -a -t 10.9.0.120:25 -r 10.9.0.22:25 -m -w 5";

    private readonly (int Api, int Vip) _ports = (FreePort(), FreePort());
    private readonly StringBuilder _output = new();
    private Process? _lab;

    /// <summary>The API.</summary>
    internal HttpClient Http { get; private set; } = new();

    /// <summary>What leads to the virtual address 10.9.0.100:80, by a new connection for each request.</summary>
    private HttpClient Clients { get; } = new();

    public async ValueTask InitializeAsync()
    {
        var stop = TestContext.Current.CancellationToken;
        _lab = new Process
        {
            StartInfo = new ProcessStartInfo("bash", ["tests/lab/run"])
            {
                WorkingDirectory = Root(),
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                Environment = { ["API_PORT"] = Text(_ports.Api), ["VIP_PORT"] = Text(_ports.Vip), ["BEFORE"] = Foreign },
            },
        };
        _lab.OutputDataReceived += Note;
        _lab.ErrorDataReceived += Note;
        _lab.Start();
        _lab.BeginOutputReadLine();
        _lab.BeginErrorReadLine();
        Http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{Text(_ports.Api)}") };
        await Poll.UntilAsync(IsReadyAsync, stop);
        await PutAsync("/service/web", """{"host": "10.9.0.100", "port": 80, "method": "wrr", "pulse": {"type": "tcp", "interval": "1s"}}""", stop);
        for (var i = 1; i <= 3; i++)
        {
            await PutAsync($"/service/web/b{Text(i)}", $$"""{"host": "10.9.0.2{{Text(i)}}", "port": 80}""", stop);
        }
    }

    /// <summary>The destinations of the kernel's table and their weights; not what Gorb wants.</summary>
    internal async Task<IReadOnlyDictionary<string, int>> WeightsAsync(CancellationToken stop)
    {
        using var ipvs = JsonDocument.Parse(await Http.GetStringAsync(new Uri("/ipvs", UriKind.Relative), stop));
        return ipvs.RootElement.GetProperty("services").EnumerateArray().SelectMany(static service => service.GetProperty("destinations").EnumerateArray())
            .ToDictionary(static one => one.GetProperty("key").GetString()!, static one => one.GetProperty("weight").GetInt32());
    }

    /// <summary>Asks the balanced address so many times, and returns the names of the web servers that answered.</summary>
    internal async Task<IReadOnlyList<string>> AskAsync(int times, CancellationToken stop)
    {
        var names = new List<string>();
        for (var i = 0; i < times; i++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, $"http://127.0.0.1:{Text(_ports.Vip)}/");
            request.Headers.ConnectionClose = true;
            using var answer = await Clients.SendAsync(request, stop);
            names.Add((await answer.Content.ReadAsStringAsync(stop)).Trim());
        }

        return names;
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        Clients.Dispose();
        if (_lab is not null)
        {
            using (var kill = Process.Start("kill", ["-TERM", Text(_lab.Id)])) // the script ends all that it has started
            {
                await kill.WaitForExitAsync(CancellationToken.None);
            }

            await _lab.WaitForExitAsync(CancellationToken.None);
            _lab.Dispose();
        }
    }

    private async Task PutAsync(string path, string body, CancellationToken stop)
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        var answer = await Http.PutAsync(new Uri(path, UriKind.Relative), content, stop);
        answer.IsSuccessStatusCode.Should().BeTrue(await answer.Content.ReadAsStringAsync(stop));
    }

    private void Note(object sender, DataReceivedEventArgs line)
    {
        lock (_output)
        {
            _output.AppendLine(line.Data);
        }
    }

    private async Task<bool> IsReadyAsync()
    {
        if (_lab!.HasExited)
        {
            lock (_output)
            {
                throw new InvalidOperationException($"The lab ended: {_output}");
            }
        }

        try
        {
            return (await Http.GetAsync(new Uri("/readyz", UriKind.Relative))).IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false; // it does not listen yet
        }
    }

    private static int FreePort()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Root([CallerFilePath] string here = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "../../.."));
}
