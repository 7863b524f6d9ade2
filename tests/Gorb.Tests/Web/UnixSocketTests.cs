using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Gorb.Client;
using Gorb.Ipvs.Files;
using Gorb.Ipvs.Processes;
using Gorb.Model;
using Gorb.Tests.Api;
using Gorb.Tests.Shared;

namespace Gorb.Tests.Web;

/// <summary>The API on a Unix socket.</summary>
public sealed class UnixSocketTests : DaemonTest
{
    private const string Services = "/service";

    [Fact]
    public async Task Socket_ServesTheApi_BesideThePort()
    {
        await _daemon.PutAsync("/service/web", """{"host": "10.9.0.100", "port": 80}""");

        using var client = Client();
        (await client.SendAsync(new GorbRequest(HttpMethod.Get, Services) { Answer = GorbRequest.Json }, Token)).Should().Contain("web");
    }

    [Fact]
    public void Socket_IsForUserAndGroupOnly() => FileStatus.OfLink(SocketPath)!.Value.Permissions.Should().Be(
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.GroupWrite);

    /// <summary>The kernel tells who connects, so that the actor cannot be forged.</summary>
    [Fact]
    public async Task Change_HasTheUserOfTheSocketAsActor()
    {
        await using var events = _daemon.Service<EventHub>().ListenAsync(Token).GetAsyncEnumerator(Token);
        await events.MoveNextAsync(); // hello
        using var client = Client();

        await client.SendAsync(new GorbRequest(HttpMethod.Put, "/service/web") { Body = """{"host": "10.9.0.100", "port": 80}"""u8.ToArray() }, Token);

        await events.MoveNextAsync();
        JsonSerializer.Serialize(events.Current).Should().Contain($"uid {CurrentUser.Id}");
    }

    [Fact]
    public async Task Socket_IsGone_WhenTheDaemonEnds() => await RestartAsync(() => FileStatus.OfLink(SocketPath).Should().BeNull());

    /// <summary>A daemon that was killed leaves its socket file.</summary>
    [Fact]
    public async Task StaleSocket_IsReplaced() => await RestartAsync(() =>
    {
        using var left = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        left.Bind(new UnixDomainSocketEndPoint(SocketPath + ".former"));
        left.Listen();
        File.Move(SocketPath + ".former", SocketPath); // .NET removes the file of the path to which it bound
    });

    [Fact]
    public async Task SocketOfARunningDaemon_IsRefused_WithItsProcess()
    {
        await using var second = NewDaemon(new FakeKernel());

        (await second.Awaiting(daemon => daemon.InitializeAsync().AsTask()).Should().ThrowAsync<IOException>()).Which.Message
            .Should().StartWith($"cannot listen at unix:{SocketPath}: a running program listens there (process {Environment.ProcessId}, uid {CurrentUser.Id}");
        using var client = Client();
        (await client.SendAsync(new GorbRequest(HttpMethod.Get, "/healthz"), Token)).Should().BeEmpty("the first daemon goes on");
    }

    [Fact]
    public async Task FileThatIsNoSocket_IsLeftAlone()
    {
        var path = SocketPath + ".txt";
        await File.WriteAllTextAsync(path, "precious", Token);
        await using var second = new TestDaemon { Sockets = [new UnixDomainSocketEndPoint(path)] };

        (await second.Awaiting(daemon => daemon.InitializeAsync().AsTask()).Should().ThrowAsync<IOException>()).Which.Message
            .Should().Be($"cannot listen at unix:{path}: a file that is not a socket is there");
        (await File.ReadAllTextAsync(path, Token)).Should().Be("precious");
    }

    [Fact]
    public async Task NobodyListening_IsNamedByItsPath()
    {
        using var client = new GorbClient(UnixSocketUrl.Of("/nonexistent/a?b#c ü.sock"), TimeSpan.FromSeconds(100));

        (await client.Awaiting(one => one.SendAsync(new GorbRequest(HttpMethod.Get, "/healthz"), Token)).Should().ThrowAsync<GorbException>()).Which.Message
            .Should().StartWith("unix:/nonexistent/a").And.EndWith(" does not answer: there is no such socket");
    }

    /// <summary>On the socket there is no name of a host to check, and no browser.</summary>
    [Fact]
    public async Task AnyHostName_IsAccepted_ButNoBrowserOfAnotherSite()
    {
        using var http = new HttpClient(new SocketsHttpHandler { ConnectCallback = ConnectAsync }) { BaseAddress = new Uri("http://anything.example") };

        (await http.GetAsync(new Uri(Services, UriKind.Relative), Token)).StatusCode.Should().Be(HttpStatusCode.OK);
        http.DefaultRequestHeaders.Add("Origin", "http://evil.example");
        (await http.GetAsync(new Uri(Services, UriKind.Relative), Token)).StatusCode.Should().Be(HttpStatusCode.Forbidden);
    }

    private string SocketPath => Path.Combine(Path.GetDirectoryName(_file.Path)!, "run", "gorb.sock");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private protected override TestDaemon NewDaemon(FakeKernel kernel) => new() { Kernel = kernel, Sockets = [new UnixDomainSocketEndPoint(SocketPath)] };

    private GorbClient Client() => new(UnixSocketUrl.Of(SocketPath), TimeSpan.FromSeconds(100));

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken stop)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(SocketPath), stop);
        return new NetworkStream(socket, ownsSocket: true);
    }
}
