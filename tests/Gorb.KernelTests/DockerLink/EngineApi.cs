using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json;
using System.Text.Json.Nodes;
using Gorb.KernelTests.Lab;

namespace Gorb.KernelTests.DockerLink;

/// <summary>The API of the lab's Docker engine. The docker command takes a second to start in a lab kernel.</summary>
internal static class EngineApi
{
    private const string Socket = "/run/docker.sock";

    private static readonly string[] SocketTables = ["tcp", "tcp6"];

    /// <summary>An emulated host takes seconds for each container.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(8);

    private static readonly HttpClient Http = new(new SocketsHttpHandler
    {
        ConnectCallback = static async (_, stop) => await ConnectAsync(stop),
        PooledConnectionLifetime = TimeSpan.Zero, // the engine may have been started again
    })
    {
        BaseAddress = new Uri("http://engine/"),
        Timeout = Limit,
    };

    /// <summary>Creates and starts a container that has its name as host name.</summary>
    /// <param name="image">The image.</param>
    /// <param name="name">The name.</param>
    /// <param name="options">Options of <c>docker run</c>: -p, --label and --network, each with its value.</param>
    public static async Task RunAsync(string image, string name, params string[] options)
    {
        await CreateAsync(image, name, options);
        await ActAsync(name, "start");
    }

    /// <summary>Creates a container without starting it.</summary>
    /// <inheritdoc cref="RunAsync"/>
    public static Task CreateAsync(string image, string name, params string[] options) =>
        SendAsync(HttpMethod.Post, $"containers/create?name={name}", Container(image, name, options));

    /// <summary>Posts to a path below the container, such as <c>pause</c> or <c>kill?signal=HUP</c>. A container that is started listens when this returns: its link may have routed it before.</summary>
    public static async Task ActAsync(string container, string action)
    {
        await SendAsync(HttpMethod.Post, $"containers/{container}/{action}");
        if (action == "start")
        {
            var process = await ReadProcessIdAsync(container);
            await Eventually.Async(() => Task.FromResult(Listens(process)), () => $"{container} does not listen");
        }
    }

    /// <summary>Ends and removes a container.</summary>
    public static Task RemoveAsync(string container) => SendAsync(HttpMethod.Delete, $"containers/{container}?force=true");

    /// <summary>The ids of all containers.</summary>
    public static async Task<IReadOnlyList<string>> ListAsync() =>
        [.. (await SendAsync(HttpMethod.Get, "containers/json?all=true")).EnumerateArray().Select(static container => container.GetProperty("Id").GetString()!)];

    /// <summary>The process of a container's first program.</summary>
    public static async Task<int> ReadProcessIdAsync(string container) =>
        (await SendAsync(HttpMethod.Get, $"containers/{container}/json")).GetProperty("State").GetProperty("Pid").GetInt32();

    /// <summary>Whether a program in a process's network namespace listens on TCP port 80, by /proc/net/tcp of proc(5): port 0050, state 0A.</summary>
    private static bool Listens(int process) => SocketTables.Select(table => $"/proc/{process}/net/{table}").Where(File.Exists)
        .SelectMany(File.ReadLines).Any(static line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries) is [_, var local, _, "0A", ..] && local.EndsWith(":0050", StringComparison.Ordinal));

    private static async Task<JsonElement> SendAsync(HttpMethod method, string path, JsonObject? body = null)
    {
        using var request = new HttpRequestMessage(method, new Uri(path, UriKind.Relative));
        request.Content = body is null ? null : JsonContent.Create(body);
        using var answer = await Http.SendAsync(request, TestContext.Current.CancellationToken);
        var text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        answer.IsSuccessStatusCode.Should().BeTrue("{0} {1}: {2}", method, path, text);
        return text.Length > 0 ? JsonElement.Parse(text) : default;
    }

    private static async Task<Stream> ConnectAsync(CancellationToken stop)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(Socket), stop);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static JsonObject Container(string image, string name, string[] options)
    {
        var (labels, ports, exposed, network) = (new JsonObject(), new JsonObject(), new JsonObject(), "default");
        foreach (var option in options.Chunk(2))
        {
            switch (option)
            {
                case ["-p", var port]:
                    Publish(port, ports, exposed);
                    break;
                case ["--label", var label]:
                    labels[label[..label.IndexOf('=', StringComparison.Ordinal)]] = label[(label.IndexOf('=', StringComparison.Ordinal) + 1)..];
                    break;
                case ["--network", var value]:
                    network = value;
                    break;
                default:
                    throw new ArgumentException($"The option {string.Join(' ', option)} is not known here.", nameof(options));
            }
        }

        return new JsonObject
        {
            ["Image"] = image,
            ["Hostname"] = name,
            ["Labels"] = labels,
            ["ExposedPorts"] = exposed,
            ["HostConfig"] = new JsonObject
            {
                ["PortBindings"] = ports,
                ["NetworkMode"] = network,
                ["SecurityOpt"] = new JsonArray("seccomp=unconfined"), // costs a lab host least
            },
        };
    }

    /// <summary>Adds a published port: <c>80</c>, <c>5353:80/udp</c>, <c>0.0.0.0::80</c> or <c>[fd00:9::1]:8080:80</c>.</summary>
    private static void Publish(string text, JsonObject ports, JsonObject exposed)
    {
        var words = text.Split('/');
        var parts = words[0].Split(':');
        var key = $"{parts[^1]}/{(words.Length > 1 ? words[1] : "tcp")}";
        exposed[key] = new JsonObject();
        ports[key] = new JsonArray(new JsonObject { ["HostIp"] = string.Join(':', parts.SkipLast(2)).Trim('[', ']'), ["HostPort"] = parts.Length > 1 ? parts[^2] : "" });
    }
}
