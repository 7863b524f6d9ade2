using System.Text;
using Gorb.Client;
using Gorb.Names;
using Gorb.Tests.Api;
using Gorb.Tests.State;

namespace Gorb.Tests.Client;

/// <summary>What the client reports to its caller when a Gorb or another server answers.</summary>
public sealed class GorbClientTests
{
    private static readonly GorbRequest Read = new(HttpMethod.Get, "/config") { Answer = GorbRequest.Json };

    [Fact]
    public async Task Send_ToAGorb_IsItsAnswer()
    {
        await using var daemon = new TestDaemon();
        await daemon.InitializeAsync();
        using var client = new GorbClient(daemon.Http.BaseAddress!, TimeSpan.FromSeconds(100));

        (await client.SendAsync(Read, Token)).Should().Contain("services");
        (await client.SendAsync(new GorbRequest(HttpMethod.Get, "/healthz"), Token)).Should().BeEmpty();
    }

    [Fact]
    public async Task Send_WhatAGorbRefuses_IsItsReason()
    {
        await using var daemon = new TestDaemon();
        await daemon.InitializeAsync();
        using var client = new GorbClient(daemon.Http.BaseAddress!, TimeSpan.FromSeconds(100));

        var refusal = (await Failure<GorbRefusalException>(client, new GorbRequest(HttpMethod.Put, "/config") { Body = Encoding.UTF8.GetBytes("""{"services": {"web": {"port": 0}}}""") }))!;

        refusal.IsFinal.Should().BeTrue();
        refusal.Details.Should().Contain(detail => detail.Field == "services.web.host");
    }

    [Fact]
    public async Task Send_ToNobody_SaysWhoDoesNotAnswer()
    {
        using var client = new GorbClient(new Uri("http://127.0.0.1:9"), TimeSpan.FromSeconds(100));

        (await Failure<GorbException>(client, Read))!.Message.Should().StartWith("http://127.0.0.1:9/ does not answer: Connection refused");
    }

    [Fact]
    public async Task Send_ToAHostThatOnlyTheResolverKnows_FindsIt()
    {
        await using var daemon = new TestDaemon();
        await daemon.InitializeAsync();
        using var hosts = new TemporaryFile();
        hosts.Write("127.0.0.1 lb.example\n"u8.ToArray());
        using var resolver = new HostResolver(hosts.Path, "/nonexistent", TimeProvider.System);
        using var client = new GorbClient(new UriBuilder(daemon.Http.BaseAddress!) { Host = "lb.example" }.Uri, TimeSpan.FromSeconds(100), resolver);

        (await Failure<GorbRefusalException>(client, Read))!.Message.Should().Contain("refused", "a Gorb on loopback does not answer to other names, and says so");
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 6\r\n\r\n<html>")]
    [InlineData("HTTP/1.1 404 Not Found\r\nContent-Type: text/html\r\nContent-Length: 6\r\n\r\n<html>")]
    [InlineData("HTTP/1.1 404 Not Found\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")]
    public async Task Send_ToAnotherServer_SaysThatItIsNoGorb(string answer)
    {
        using var other = new StubServer(answer);
        using var client = new GorbClient(other.Url, TimeSpan.FromSeconds(100));

        (await Failure<GorbException>(client, Read))!.Message.Should().Be($"{other.Url} answers, but not as a Gorb does");
    }

    [Fact]
    public async Task Send_AnswerWithoutEnd_IsCutOff()
    {
        using var other = new StubServer("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n" + new string(' ', 5000));
        using var client = new GorbClient(other.Url, TimeSpan.FromSeconds(100), maxAnswerBytes: 4096);

        (await Failure<GorbException>(client, Read))!.Message.Should().Be($"{other.Url} answers with more than 4096 bytes, as no Gorb does");
    }

    [Fact]
    public async Task Send_ToAServerThatIsSilent_EndsInTime()
    {
        using var other = new StubServer("");
        using var client = new GorbClient(other.Url, TimeSpan.FromMilliseconds(200));

        (await Failure<GorbException>(client, Read))!.Message.Should().Be($"{other.Url} does not answer within 0.2 s");
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static async Task<T?> Failure<T>(GorbClient client, GorbRequest request) where T : Exception
    {
        var send = () => client.SendAsync(request, Token);
        return (await send.Should().ThrowAsync<T>()).Which;
    }
}
