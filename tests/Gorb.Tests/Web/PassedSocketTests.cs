using System.Net;
using System.Net.Sockets;
using System.Text;
using Gorb.Model;
using Gorb.Platform;
using Gorb.Tests.Api;

namespace Gorb.Tests.Web;

/// <summary>Sockets that systemd passes, and what the daemon tells it.</summary>
public sealed class PassedSocketTests
{
    private static readonly int Me = Environment.ProcessId;

    [Fact]
    public async Task PassedSockets_AreListenedOn_AndServeWhatTheirNameSays()
    {
        var path = Path.Combine(Path.GetTempPath(), $"gorb-{Guid.NewGuid():N}.sock");
        using var api = Listening(new IPEndPoint(IPAddress.Loopback, 0));
        using var metrics = Listening(new IPEndPoint(IPAddress.IPv6Loopback, 0));
        using var unix = Listening(new UnixDomainSocketEndPoint(path));
        await using var daemon = new TestDaemon
        {
            PassedSockets = [new("api", api.LocalEndPoint!, api), new("metrics", metrics.LocalEndPoint!, metrics), new("", unix.LocalEndPoint!, unix)],
            IsTokenRequired = true,
        };
        await daemon.InitializeAsync();

        (await StatusAsync($"http://{api.LocalEndPoint}/service")).Should().Be(HttpStatusCode.Unauthorized);
        (await StatusAsync($"http://{metrics.LocalEndPoint}/metrics")).Should().Be(HttpStatusCode.OK);
        (await StatusAsync($"http://{metrics.LocalEndPoint}/service")).Should().Be(HttpStatusCode.NotFound);
        using var client = new HttpClient(new SocketsHttpHandler { ConnectCallback = async (_, token) => new NetworkStream(await ConnectAsync(path, token), ownsSocket: true) });
        (await client.GetAsync(new Uri("http://localhost/service"), TestContext.Current.CancellationToken)).StatusCode.Should().Be(HttpStatusCode.OK, "the peer is known by its credentials");
        File.Delete(path);
    }

    [Fact]
    public void SocketsForAnotherProcess_AreLeftAlone() =>
        PassedSockets.Take(Variables("1", "5"), Me, 3).Should().BeEmpty();

    [Fact]
    public void Descriptor_IsTakenWithItsName()
    {
        using var socket = Listening(new IPEndPoint(IPAddress.Loopback, 0));
        var descriptor = (int)socket.SafeHandle.DangerousGetHandle();

        var taken = PassedSockets.Take(Variables($"{Me}", "1", "metrics:other"), Me, descriptor).Should().ContainSingle().Which;

        (taken.Name, taken.EndPoint).Should().Be(("metrics", socket.LocalEndPoint!));
        taken.Socket.SafeHandle.SetHandleAsInvalid(); // it is the test's
    }

    [Theory]
    [InlineData("x")]
    [InlineData("-1")]
    [InlineData("1000")]
    [InlineData(null)]
    public void NumberThatIsNone_IsRefused(string? count)
    {
        var take = () => PassedSockets.Take(Variables($"{Me}", count), Me, 3);

        take.Should().Throw<SettingException>().WithMessage($"LISTEN_FDS '{count}' in the environment is not a number of sockets*");
    }

    [Fact]
    public void WrongDescriptor_IsNamed()
    {
        using var unbound = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        using var datagram = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        datagram.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        using var file = File.OpenHandle("/dev/null");

        foreach (var handle in new[] { unbound.SafeHandle.DangerousGetHandle(), datagram.SafeHandle.DangerousGetHandle(), file.DangerousGetHandle() })
        {
            var take = () => PassedSockets.Take(Variables($"{Me}", "1", "api"), Me, (int)handle);

            take.Should().Throw<SettingException>().Which.Message.Should().StartWith($"descriptor {handle} (api) of the service manager (LISTEN_FDS) is not a listening TCP or Unix socket");
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task ServiceManager_IsToldOfStartAndStop(bool isAbstract)
    {
        var name = isAbstract ? $"@gorb-{Guid.NewGuid():N}" : Path.Combine(Path.GetTempPath(), $"gorb-{Guid.NewGuid():N}.notify");
        using var manager = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        manager.Bind(new UnixDomainSocketEndPoint(isAbstract ? $"\0{name[1..]}" : name));
        manager.ReceiveTimeout = 60_000;

        await using (var daemon = new TestDaemon { NotifySocket = name })
        {
            await daemon.InitializeAsync();
            Next(manager).Should().Be("READY=1");
        }

        Next(manager).Should().Be("STOPPING=1");
        File.Delete(name);
    }

    [Fact]
    public async Task DeafServiceManager_StopsNothing()
    {
        await using var daemon = new TestDaemon { NotifySocket = "/nonexistent/notify" };
        await daemon.InitializeAsync();

        (await daemon.GetAsync("/service")).GetArrayLength().Should().Be(0);
    }

    private static Func<string, string?> Variables(string process, string? count, string? names = null) => variable => variable switch
    {
        "LISTEN_PID" => process,
        "LISTEN_FDS" => count,
        "LISTEN_FDNAMES" => names,
        _ => throw new ArgumentException(variable, nameof(variable)),
    };

    private static string Next(Socket manager)
    {
        var bytes = new byte[100];
        return Encoding.UTF8.GetString(bytes, 0, manager.Receive(bytes));
    }

    private static Socket Listening(EndPoint endpoint)
    {
        var socket = new Socket(endpoint.AddressFamily, SocketType.Stream, endpoint is IPEndPoint ? ProtocolType.Tcp : ProtocolType.Unspecified);
        socket.Bind(endpoint);
        socket.Listen();
        return socket;
    }

    private static async Task<Socket> ConnectAsync(string path, CancellationToken token)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), token);
        return socket;
    }

    private static async Task<HttpStatusCode> StatusAsync(string url)
    {
        using var http = new HttpClient();
        return (await http.GetAsync(new Uri(url), TestContext.Current.CancellationToken)).StatusCode;
    }
}
