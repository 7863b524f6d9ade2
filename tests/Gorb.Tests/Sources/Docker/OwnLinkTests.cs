using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Gorb.Platform;
using Gorb.Sources.Docker;
using Gorb.Tests.Access;
using Gorb.Tests.Api;
using Gorb.Tests.Shared;
using Microsoft.Extensions.DependencyInjection;

namespace Gorb.Tests.Sources.Docker;

/// <summary>The Docker link inside the daemon (<c>--docker</c>): what labels may do, what is told of those that may not, and what its token is good for.</summary>
public sealed class OwnLinkTests : TokenTest
{
    private static readonly TimeSpan LongEnough = TimeSpan.FromSeconds(100);

    private readonly Socket _socket = new(SocketType.Stream, ProtocolType.Tcp);
    private readonly FakeEngine _engine = new();

    private protected override TestDaemon NewDaemon(FakeKernel kernel)
    {
        WriteSecret(Admin);
        _socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _socket.Listen();
        _engine.Have(
            Web("good", 8001, ("gorb.service", "shop"), ("gorb.vip", "10.9.0.100:80")),
            Web("greedy", 8002, ("gorb.service", "grab"), ("gorb.vip", "10.8.0.1:80")),
            Web("ssh", 8003, ("gorb.service", "door"), ("gorb.vip", "10.9.0.100:22")),
            Web("thief", 8004, ("gorb.service", "web"), ("gorb.vip", "10.9.0.100:443")));
        return new TestDaemon
        {
            Kernel = kernel,
            State = _file.Path,
            TokenFile = SecretPath,
            IsTokenRequired = true,
            PassedSockets = [new PassedSocket("api", _socket.LocalEndPoint!, _socket)], // the link must know the port before the daemon listens
            Docker = new LabelRules { Addresses = [IPNetwork.Parse("10.9.0.0/24")], Ports = AllowedPorts.Parse("80,443")! },
            Configure = services => services.AddSingleton<IEngine>(_engine)
                .AddSingleton(static provider => new WantedReader(static () => Containers.Host, exposedByDefault: true, rules: provider.GetRequiredService<DockerLinkOptions>().Rules)),
        };
    }

    private protected override Task PrepareAsync() => Task.CompletedTask;

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _socket.Dispose();
    }

    [Fact]
    public async Task Labels_BeyondTheOptions_TakeNothing_AndAreToldWithTheRemedy()
    {
        // web is free here. The link tells what is refused after it has declared the rest.
        await EventuallyAsync(static source => source.GetProperty("services").GetInt32() == 2 && source.TryGetProperty("refused", out var refused) && refused.GetArrayLength() == 2);
        await DoneAsync(Admin, HttpMethod.Get, "/service/shop/good-8001-tcp");

        var source = await SourceAsync();

        source!.Value.GetProperty("refused").EnumerateArray().Select(static text => text.GetString()).Should().BeEquivalentTo(
            "container greedy: label gorb.vip=10.8.0.1:80: containers may not have services at 10.8.0.1, which is not an address of device eth0; leave the address out, or start the link with --allow-vip 10.8.0.1",
            "container ssh: label gorb.vip=10.9.0.100:22: containers may not have services at port 22; choose another with label gorb.vip (\":8080\"), or add the port to the link's --allow-port");
        (await StatusAsync(Admin, HttpMethod.Get, "/service/grab")).Should().Be(HttpStatusCode.NotFound);
        (await StatusAsync(Admin, HttpMethod.Get, "/service/door")).Should().Be(HttpStatusCode.NotFound);
    }

    [Theory]
    [InlineData("PUT", "/service/mine", Service)]
    [InlineData("DELETE", "/service/shop", null)]
    [InlineData("PUT", "/config?source=docker/other", """{"services": {}}""")]
    [InlineData("POST", "/tokens", """{"name": "more", "role": "read"}""")]
    public async Task Token_OfTheLink_IsGoodForItsSourceOnly(string method, string path, string? body)
    {
        await EventuallyAsync(static source => source.GetProperty("services").GetInt32() > 0);
        var link = _daemon.Service<DockerLinkOptions>().Token("docker/host1")!;

        (await StatusAsync(link, new HttpMethod(method), path, body)).Should().Be(HttpStatusCode.Forbidden);
        await DoneAsync(link, HttpMethod.Get, "/config");
    }

    private static Container Web(string name, int port, params (string, string)[] labels) => Containers.Web(name, [$"10.9.0.21|{port}:80/tcp"], labels);

    private async Task EventuallyAsync(Func<JsonElement, bool> condition)
    {
        using var limit = new CancellationTokenSource(LongEnough);
        while (await SourceAsync() is not { } source || !condition(source))
        {
            limit.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }

    private async Task<JsonElement?> SourceAsync()
    {
        using var answer = await SendAsync(Admin, HttpMethod.Get, "/sources");
        var sources = await TestDaemon.JsonAsync(answer);
        return sources.EnumerateArray().Where(static source => source.GetProperty("name").GetString() == "docker/host1").Select(static source => (JsonElement?)source).FirstOrDefault();
    }
}
