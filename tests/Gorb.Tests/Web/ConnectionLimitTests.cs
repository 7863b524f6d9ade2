using System.Net;
using System.Net.Sockets;
using System.Text;
using Gorb.Access;
using Gorb.Model;
using Gorb.Platform;
using Gorb.Tests.Api;
using Gorb.Tests.Certificates;
using Gorb.Tests.Shared;
using Gorb.Web;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Gorb.Tests.Web;

/// <summary>Clients that only hold connections cannot block the API.</summary>
public sealed class ConnectionLimitTests : DaemonTest
{
    private readonly LogLines<ConnectionLimit> _log = new();
    private readonly List<Socket> _sockets = [];
    private readonly TestCertificates _certificates = new();

    private protected override TestDaemon NewDaemon(FakeKernel kernel) => new()
    {
        Kernel = kernel,
        Sockets = [new TlsEndPoint(IPAddress.IPv6Loopback, 0)],
        Tls = _certificates.Files,
        Configure = services => services.AddSingleton(new ConnectionBound(Files: 64, Open: 40, Wanted: 3)).AddSingleton<ILoggerProvider>(_log),
    };

    public override async ValueTask DisposeAsync()
    {
        _sockets.ForEach(static socket => socket.Dispose());
        await base.DisposeAsync();
        _certificates.Dispose();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task IdleConnections_MakeRoom_OldestFirst()
    {
        var idle = new List<Socket>();
        for (var i = 0; i < 3; i++)
        {
            idle.Add(await ConnectAsync());
        }

        await ConnectAsync();
        (await EndsAsync(idle[0])).Should().BeTrue();
        await ConnectAsync();
        (await EndsAsync(idle[1])).Should().BeTrue();
        idle[2].Poll(0, SelectMode.SelectRead).Should().BeFalse("it is still open");
        (await GetAsync()).Should().Be(HttpStatusCode.OK);
        (await EndsAsync(idle[2])).Should().BeTrue();
        _log.Texts.Should().ContainSingle("it is logged once a minute").Which.Should().Contain("limit of 3 connections").And.Contain("open files is 64").And.Contain("--max-connections");
    }

    [Fact]
    public async Task ConnectionsInUse_AreKept_AndNewOnesRefused()
    {
        for (var i = 0; i < 3; i++)
        {
            await ListenAsync();
        }

        var refused = await ConnectAsync();
        await ReadUntilAsync(refused, "(--max-connections 3)");
        (await EndsAsync(refused)).Should().BeTrue();
        _daemon.Service<EventHub>().Publish("change", null, null, "still here");
        foreach (var listening in _sockets.Take(3))
        {
            await ReadUntilAsync(listening, "still here");
        }

        _sockets[0].Dispose();
        await Eventually(async () => await GetAsync() == HttpStatusCode.OK);
    }

    /// <summary>A client that begins with a handshake can read an alert, and nothing in HTTP. The alert costs the daemon no handshake.</summary>
    [Fact]
    public async Task RefusedConnection_AtHttps_EndsWithAnAlert_AndIsCounted()
    {
        for (var i = 0; i < 3; i++)
        {
            await ListenAsync();
        }

        using var refused = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await refused.ConnectAsync(IPAddress.IPv6Loopback, _daemon.HttpsUrl.Port, TestContext.Current.CancellationToken);
        using var stream = new NetworkStream(refused);
        using var all = new MemoryStream();
        await stream.CopyToAsync(all, TestContext.Current.CancellationToken);

        all.ToArray().Should().Equal(21, 3, 3, 0, 2, 2, 80);
        _sockets[0].Dispose();
        await Eventually(async () => await GetAsync() == HttpStatusCode.OK);
        var metrics = await _daemon.Http.GetStringAsync(new Uri("/metrics", UriKind.Relative), TestContext.Current.CancellationToken);
        metrics.Should().Contain("gorb_connections_refused_total{limit=\"address-connections\"} 0").And.MatchRegex("gorb_connections_refused_total\\{limit=\"max-connections\"\\} [1-9]");
    }

    [Fact]
    public async Task ProcessWithoutDescriptors_ClosesSome_AndAcceptsFewerFromThenOn()
    {
        var limit = new ConnectionLimit(new ConnectionBound(Files: 256, Open: 100, Wanted: 40), new ConnectionRefusals(), TimeProvider.System, _log);
        var connections = new List<DefaultConnectionContext>();
        for (var i = 0; i < 30; i++)
        {
            connections.Add(new DefaultConnectionContext());
            (await limit.EnterAsync(connections[i])).Should().BeNull();
            connections[i].ConnectionClosed.Register(static open => ((OpenConnection)open!).MarkClosed(), connections[i].Features.Get<OpenConnection>());
        }

        (await limit.FreeAsync()).Should().BeTrue();

        connections.Count(static connection => connection.ConnectionClosed.IsCancellationRequested).Should().Be(16);
        (await limit.EnterAsync(new DefaultConnectionContext())).Should().BeNull();
        connections.Count(static connection => connection.ConnectionClosed.IsCancellationRequested).Should().Be(17, "14 at a time are what the process can hold");
    }

    /// <summary>A host that opens ever more connections closes its own, and no other's.</summary>
    [Fact]
    public async Task HostWithTooManyConnections_LosesItsOwn()
    {
        var limit = Limit(total: 100, perAddress: 5);
        var other = await EnterAsync(limit, "192.0.2.2");
        var local = await EnterAsync(limit, "127.0.0.1");
        var greedy = new List<DefaultConnectionContext>();
        for (var i = 0; i < 10_000; i++)
        {
            greedy.Add(await EnterAsync(limit, "::ffff:192.0.2.1"));
        }

        greedy.Count(IsOpen).Should().Be(5);
        IsOpen(other).Should().BeTrue();
        IsOpen(local).Should().BeTrue();
        _log.Texts.Should().ContainSingle("it is logged once a minute").Which.Should().Contain("192.0.2.1 has reached the limit of 5 connections").And.Contain("--limit address-connections=");
    }

    [Fact]
    public async Task HostWhoseConnectionsAreInUse_IsRefused_AndOthersAreNot()
    {
        var limit = Limit(total: 100, perAddress: 2);
        foreach (var address in (string[])["2001:db8::1", "2001:db8::2"]) // a client commands a whole network of 64 bits
        {
            (await EnterAsync(limit, address)).Features.Get<OpenConnection>()!.BeginRequest();
        }

        var refused = await limit.EnterAsync(At("2001:db8::3"));
        refused!.Status.Should().Be(429);
        refused.Text.Should().Contain("2 connections of this address").And.Contain("(--limit address-connections=2)");
        await EnterAsync(limit, "2001:db8:0:1::1");
    }

    /// <summary>Hosts that together reach the limit of all connections lose theirs before a host with few.</summary>
    [Fact]
    public async Task AtTheLimitOfAll_TheClientWithTheMostLosesOne()
    {
        var limit = Limit(total: 9, perAddress: 4);
        var few = await EnterAsync(limit, "192.0.2.9");
        var greedy = new List<DefaultConnectionContext>();
        for (var i = 0; i < 8; i++)
        {
            greedy.Add(await EnterAsync(limit, $"192.0.2.{1 + (i % 2)}"));
        }

        var local = await EnterAsync(limit, "127.0.0.1");
        var unix = await EnterAsync(limit, null);

        greedy.Count(IsOpen).Should().Be(6);
        IsOpen(few).Should().BeTrue("it was idle longest, but is its client's only one");
        IsOpen(local).Should().BeTrue();
        IsOpen(unix).Should().BeTrue();
    }

    /// <summary>Clients of this host are counted in total only: each of them could be meant.</summary>
    [Fact]
    public async Task ClientsOfThisHost_HaveNoLimitOfTheirOwn()
    {
        var limit = Limit(total: 100, perAddress: 1);
        var local = new List<DefaultConnectionContext>();
        for (var i = 0; i < 30; i++)
        {
            local.Add(await EnterAsync(limit, i % 3 == 0 ? null : i % 3 == 1 ? "::1" : "::ffff:127.0.0.1"));
        }

        local.Should().OnlyContain(connection => IsOpen(connection));
    }

    private ConnectionLimit Limit(int total, int perAddress) => new(new ConnectionBound(Files: 4096, Open: 100, Wanted: total, WantedPerAddress: perAddress), new ConnectionRefusals(), TimeProvider.System, _log);

    private static DefaultConnectionContext At(string? address) => new() { RemoteEndPoint = address is null ? null : new IPEndPoint(IPAddress.Parse(address), 40_000) };

    private static async Task<DefaultConnectionContext> EnterAsync(ConnectionLimit limit, string? address)
    {
        var connection = At(address);
        (await limit.EnterAsync(connection)).Should().BeNull();
        connection.ConnectionClosed.Register(static open => ((OpenConnection)open!).MarkClosed(), connection.Features.Get<OpenConnection>());
        return connection;
    }

    private static bool IsOpen(DefaultConnectionContext connection) => !connection.ConnectionClosed.IsCancellationRequested;

    [Theory]
    [InlineData(64, 40, 4)]
    [InlineData(1024, 60, 372)]
    [InlineData(524_288, 60, 4096)]
    public void Default_LeavesDescriptorsToChecks(long files, int open, int connections) =>
        new ConnectionBound(files, open, null).Connections.Should().Be(connections);

    private async Task<Socket> ConnectAsync()
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        _sockets.Add(socket);
        await socket.ConnectAsync(IPAddress.Loopback, _daemon.Http.BaseAddress!.Port, TestContext.Current.CancellationToken);
        return socket;
    }

    /// <summary>Opens a connection to /events, a request that does not end.</summary>
    private async Task ListenAsync()
    {
        var socket = await ConnectAsync();
        await socket.SendAsync("GET /events HTTP/1.1\r\nHost: localhost\r\n\r\n"u8.ToArray(), TestContext.Current.CancellationToken);
        await ReadUntilAsync(socket, "hello");
    }

    private static async Task ReadUntilAsync(Socket socket, string wanted)
    {
        var text = "";
        var buffer = new byte[4096];
        while (!text.Contains(wanted, StringComparison.Ordinal))
        {
            var count = await socket.ReceiveAsync(buffer, TestContext.Current.CancellationToken);
            count.Should().BePositive("the connection is kept");
            text += Encoding.ASCII.GetString(buffer, 0, count);
        }
    }

    private static async Task<bool> EndsAsync(Socket socket)
    {
        try
        {
            return await socket.ReceiveAsync(new byte[1], TestContext.Current.CancellationToken) == 0;
        }
        catch (SocketException)
        {
            return true;
        }
    }

    private async Task<HttpStatusCode?> GetAsync()
    {
        using var http = new HttpClient { BaseAddress = _daemon.Http.BaseAddress };
        using var request = new HttpRequestMessage(HttpMethod.Get, "/healthz");
        request.Headers.ConnectionClose = true;
        try
        {
            using var answer = await http.SendAsync(request, TestContext.Current.CancellationToken);
            return answer.StatusCode;
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }

    private static async Task Eventually(Func<Task<bool>> condition)
    {
        while (!await condition())
        {
            await Task.Yield();
        }
    }
}
