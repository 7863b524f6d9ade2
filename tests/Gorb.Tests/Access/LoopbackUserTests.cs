using System.Net;
using System.Text.Json;
using Gorb.Ipvs.Processes;
using Gorb.Ipvs.Sockets;
using Gorb.Model;
using Gorb.Platform;
using Gorb.Tests.Api;
using Gorb.Tests.Shared;
using Microsoft.Extensions.DependencyInjection;

namespace Gorb.Tests.Access;

/// <summary>On loopback the user who holds the client's socket decides: root, the daemon's own user and the group gorb need no token.</summary>
public sealed class LoopbackUserTests : DaemonTest
{
    private const uint Stranger = 3_999_999_999;

    private readonly Owners _owners = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Root_IsAnAdmin_AndTheActor()
    {
        _owners.User = 0;
        await using var events = _daemon.Service<EventHub>().ListenAsync(Stop).GetAsyncEnumerator(Stop);
        await events.MoveNextAsync(); // hello

        await _daemon.PutAsync("/service/web", """{"host": "10.9.0.100", "port": 80}""");

        await events.MoveNextAsync();
        JsonSerializer.Serialize(events.Current).Should().Contain("\"uid 0 (root)\"");
        (await StatusAsync("/tokens")).Should().Be(HttpStatusCode.OK);
    }

    [Fact]
    public async Task DaemonsOwnUser_IsAnAdmin()
    {
        _owners.User = CurrentUser.Id;

        (await StatusAsync("/tokens")).Should().Be(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData("GET", "/service", "read")]
    [InlineData("GET", "/metrics", "read")]
    [InlineData("DELETE", "/service/web", "write")]
    [InlineData("GET", "/tokens", "admin")]
    public async Task AnotherUser_IsRefused_WithTheRemedies(string method, string path, string role)
    {
        _owners.User = Stranger;

        (await RefusalAsync(new HttpMethod(method), path)).Should().StartWith($"the request needs the role {role}, and has no token; it comes from uid {Stranger}, ")
            .And.Contain("only root, the daemon's own user and members of the group gorb").And.Contain("usermod -aG gorb").And.Contain("Authorization: Bearer").And.Contain($"gorb token create NAME --role {role}");
    }

    [Fact]
    public async Task AnotherUser_CanAskWhetherTheDaemonLives()
    {
        _owners.User = Stranger;

        (await StatusAsync("/healthz")).Should().Be(HttpStatusCode.OK);
        _owners.Asked.Should().BeEmpty("what needs no role needs no user");
    }

    [Fact]
    public async Task AClosedSocket_IsNobodys()
    {
        _owners.User = null;

        (await RefusalAsync(HttpMethod.Get, "/service")).Should().Contain("no program holds the other end of the connection any more").And.Contain("use the Unix socket");
    }

    [Fact]
    public async Task WhenTheKernelDoesNotSay_TheReasonIsTold()
    {
        _owners.Failure = "sock_diag: EPERM; /proc/net/tcp: denied";

        (await RefusalAsync(HttpMethod.Get, "/service")).Should().Contain("sock_diag: EPERM; /proc/net/tcp: denied").And.Contain("Authorization: Bearer");
    }

    [Fact]
    public async Task Connection_IsLookedUpOnce_WithItsAddresses()
    {
        for (var request = 0; request < 3; request++)
        {
            (await StatusAsync("/service")).Should().Be(HttpStatusCode.OK);
        }

        var asked = _owners.Asked.Should().ContainSingle().Which;
        asked.Local.Address.Should().Be(IPAddress.Loopback, "the client's end comes first");
        asked.Remote.Port.Should().Be(_daemon.Http.BaseAddress!.Port);
    }

    [Theory]
    [InlineData("1000:1000", "gorb:x:990:bob,alice", true)]
    [InlineData("1000:990", "gorb:x:990:", true)] // its first group
    [InlineData("1000:1000", "gorb:x:990:malice,alic", false)]
    [InlineData("1000:1000", "gorb:x:990", false)]
    [InlineData(null, "gorb:x:990:alice", false)]
    [InlineData("1000:1000", null, false)]
    public void Membership_IsReadFromTheFilesOfTheHost(string? user, string? group, bool isMember) =>
        SystemNames.IsMember(user is null ? null : $"alice:x:{user}:Alice:/home/alice:/bin/sh".Split(':'), group?.Split(':')).Should().Be(isMember);

    private protected override TestDaemon NewDaemon(FakeKernel kernel) => new() { Kernel = kernel, Configure = services => services.AddSingleton<ISocketOwners>(_owners) };

    private async Task<HttpStatusCode> StatusAsync(string path)
    {
        using var answer = await _daemon.SendAsync(HttpMethod.Get, path, null);
        return answer.StatusCode;
    }

    private async Task<string> RefusalAsync(HttpMethod method, string path)
    {
        using var answer = await _daemon.SendAsync(method, path, null);
        answer.StatusCode.Should().Be(HttpStatusCode.Unauthorized);
        return (await TestDaemon.JsonAsync(answer)).GetProperty("details")[0].GetProperty("problem").GetString()!;
    }

    private sealed class Owners : ISocketOwners
    {
        public uint? User { get; set; } = CurrentUser.Id;

        public string? Failure { get; set; }

        public List<(IPEndPoint Local, IPEndPoint Remote)> Asked { get; } = [];

        public uint? Find(IPEndPoint local, IPEndPoint remote)
        {
            Asked.Add((local, remote));
            return Failure is null ? User : throw new SocketOwnerException(Failure, new IOException());
        }
    }
}
