using System.Net;
using Gorb.Model;
using Gorb.Web;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Options;

namespace Gorb.Tests.Attacks;

/// <summary>Clients that hold connections, requests and answers open. Others are served meanwhile.</summary>
public sealed class HoldingAttackTests(AttackedDaemon daemon) : AttackTest(daemon)
{
    private const int Holders = 100;

    /// <summary>10,000, unless the process may have fewer files: it holds both ends of each connection, and other tests run beside this one.</summary>
    private int MaxIdle => (int)Math.Min(10_000, Daemon.Daemon.Service<ConnectionBound>().Files - Daemon.Daemon.Service<ConnectionBound>().Connections - 4000);

    [Fact]
    public Task IdleConnections_MakeRoomForOthers() => WithClientsAsync(Math.Max(MaxIdle, Holders), "");

    [Fact]
    public Task HalfRequestLines_HoldNobodyUp() => WithClientsAsync(Holders, "DELETE /service/w");

    [Fact]
    public Task HalfHeaders_HoldNobodyUp() => WithClientsAsync(Holders, "DELETE /service/web HTTP/1.1\r\nHost: localhost\r\nX-A: b\r\n");

    [Fact]
    public Task HalfBodies_HoldNobodyUp() => WithClientsAsync(Holders, Attack.Of("PUT", Attack.Target, "{", "Content-Length: 1000000", "Authorization: Bearer $editor"));

    [Fact]
    public Task HalfDocuments_HoldNobodyUp() => WithClientsAsync(Holders, Attack.Of("PUT", "/config?prune=false", "{", "Content-Length: 60000000", "Authorization: Bearer $editor"));

    [Fact]
    public Task HalfChunks_HoldNobodyUp() =>
        WithClientsAsync(Holders, $"PUT {Attack.Target} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer $editor\r\nTransfer-Encoding: chunked\r\n\r\nfffff\r\n{{");

    /// <summary>The largest answer that needs no token, again and again, to a client that reads none.</summary>
    [Fact]
    public Task AnswersThatAreNotRead_HoldNobodyUp() =>
        WithClientsAsync(Holders / 4, string.Concat(Enumerable.Repeat("GET /openapi.json HTTP/1.1\r\nHost: localhost\r\n\r\n", 50)));

    [Fact]
    public Task Subscribers_BeyondTheBound_AreRefused_ByName() => AssertHarmlessAsync(async () =>
    {
        var subscribe = Daemon.WithSecrets(Attack.Of("GET", "/events", null, "Authorization: Bearer $reader"));
        var clients = new List<RawClient>();
        try
        {
            for (var number = 0; number < EventHub.DefaultListeners; number++)
            {
                clients.Add(await Daemon.ConnectAsync(From.Lan));
                await clients[^1].SendAsync(subscribe);
                await clients[^1].ReadUntilAsync("hello");
            }

            var refused = await Daemon.SendAsync(From.Lan, subscribe);
            refused.Status.Should().Be(503);
            refused.Text.Should().Contain("--limit subscribers=");
            await Daemon.ServeOthersAsync();
        }
        finally
        {
            clients.ForEach(static client => client.Dispose());
        }
    });

    /// <summary>Eight logins of an address wait at most; all others are refused at once, and a right token of the same address is not slowed down.</summary>
    [Fact]
    public Task WrongTokens_OfOneAddress_SlowDownNobodyElse() => AssertHarmlessAsync(async () =>
    {
        var (address, clients) = (IPAddress.Parse("127.1.99.99"), new List<RawClient>());
        try
        {
            for (var number = 0; number < 50; number++)
            {
                clients.Add(await RawClient.ConnectAsync(Daemon.Address, address));
                await clients[^1].SendAsync(Daemon.WithSecrets(Attack.Put("Authorization: Bearer $unknown")));
            }

            using var same = await RawClient.ConnectAsync(Daemon.Address, address);
            await same.SendAsync(Daemon.WithSecrets(Attack.Of("GET", "/service/web", null, "Authorization: Bearer $reader")));
            (await same.ReadToEndAsync()).Status.Should().Be(200);
            await Daemon.ServeOthersAsync();
            (await clients[^1].ReadToEndAsync()).Status.Should().Be(429);
        }
        finally
        {
            clients.ForEach(static client => client.Dispose());
        }
    });

    /// <summary>What ends connections like those above is Kestrel's clock, in seconds: the tests check its settings, not the clock.</summary>
    [Fact]
    public void HeldConnections_AreEnded()
    {
        var limits = Daemon.Daemon.Service<IOptions<KestrelServerOptions>>().Value.Limits;

        limits.RequestHeadersTimeout.Should().Be(TimeSpan.FromSeconds(10));
        limits.KeepAliveTimeout.Should().BeLessThan(TimeSpan.FromMinutes(3));
        limits.MinRequestBodyDataRate!.BytesPerSecond.Should().Be(1024);
        limits.MinResponseDataRate!.BytesPerSecond.Should().Be(1024);
    }

    /// <summary>Holds connections on which something was sent, while others use the API.</summary>
    private Task WithClientsAsync(int count, string sent) => AssertHarmlessAsync(async () =>
    {
        var clients = new List<RawClient>(count);
        try
        {
            for (var number = 0; number < count; number++)
            {
                clients.Add(await Daemon.ConnectAsync(number % 2 == 0 ? From.Lan : From.OtherUser));
                await clients[^1].SendAsync(Daemon.WithSecrets(sent));
            }

            await Daemon.ServeOthersAsync();
        }
        finally
        {
            clients.ForEach(static client => client.Dispose());
        }
    });
}
