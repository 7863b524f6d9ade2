using System.Net.Sockets;
using Gorb.Health.Probes;
using Gorb.Model.Checks;
using Gorb.Tests.State;

namespace Gorb.Tests.Health.Probes;

[Collection(Alone.Name)]
public sealed class HttpProbeTests
{
    [Theory]
    [InlineData(200, 200, 200, true, "200")]
    [InlineData(204, 200, 299, true, "204")]
    [InlineData(302, 302, 302, true, "302")]
    [InlineData(503, 200, 200, false, "503, expected 200")]
    [InlineData(302, 200, 299, false, "302, expected 200-299")]
    public async Task Status_IsJudged(int status, int first, int last, bool passes, string reason)
    {
        await using var web = await WebBackend.StartAsync(status);

        var result = await RunAsync(web.Port, new HttpArgs { Expect = [new CodeRange(first, last)] });

        (result.Passed, result.Reason).Should().Be((passes, reason));
    }

    [Theory]
    [InlineData("all is well", null, true, "200")]
    [InlineData("well, well", null, false, "200, but the body does not contain \"well, well\"")]
    [InlineData(null, "^all.*(well|fine)$", true, "200")]
    [InlineData(null, "^fine", false, "200, but the body does not match ^fine")]
    public async Task Body_IsJudged(string? text, string? pattern, bool passes, string reason)
    {
        await using var web = await WebBackend.StartAsync(200, "all is well");

        var result = await RunAsync(web.Port, new HttpArgs { ExpectBody = text, ExpectRegex = pattern });

        (result.Passed, result.Reason).Should().Be((passes, reason));
    }

    [Fact]
    public async Task Body_WithoutEnd_IsReadToItsBoundOnly()
    {
        await using var web = await WebBackend.StartAsync(async context =>
        {
            var chunk = new byte[16 * 1024];
            while (!context.RequestAborted.IsCancellationRequested)
            {
                await context.Response.Body.WriteAsync(chunk, context.RequestAborted);
            }
        });

        (await RunAsync(web.Port, new HttpArgs { ExpectBody = "x" })).Reason.Should().Be("200, but the body does not contain \"x\"");
    }

    /// <summary>The file is read for each check, so a new secret counts at once.</summary>
    [Fact]
    public async Task Header_FromAFileOrTheEnvironment_IsReadForEachCheck()
    {
        var seen = new List<string>();
        await using var web = await WebBackend.StartAsync(context =>
        {
            seen.Add($"{context.Request.Headers.Authorization} {context.Request.Headers["X-Home"]}");
            return Task.CompletedTask;
        });
        using var file = new TemporaryFile();
        var args = new HttpArgs { Headers = [new HttpHeader("Authorization", file.Path, HeaderKind.File), new HttpHeader("X-Home", "PATH", HeaderKind.Env)] };

        var missing = await RunAsync(web.Port, args);
        missing.IsLocalFault.Should().BeTrue("the backend is not to blame");
        missing.Reason.Should().Contain(file.Path);

        foreach (var secret in (string[])["one", "two"])
        {
            file.Write(System.Text.Encoding.UTF8.GetBytes($"{secret}\n"));
            File.SetUnixFileMode(file.Path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
            (await RunAsync(web.Port, args)).Passed.Should().BeTrue();
        }

        seen.Should().Equal([$"one {Environment.GetEnvironmentVariable("PATH")}", $"two {Environment.GetEnvironmentVariable("PATH")}"]);
        File.SetUnixFileMode(file.Path, UnixFileMode.UserRead | UnixFileMode.OtherRead);
        (await RunAsync(web.Port, args)).Reason.Should().Contain("chmod 600");
    }

    [Fact]
    public async Task Request_IsAsAsked()
    {
        var seen = new TaskCompletionSource<string>();
        await using var web = await WebBackend.StartAsync(context =>
        {
            var request = context.Request;
            var target = context.Features.Get<Microsoft.AspNetCore.Http.Features.IHttpRequestFeature>()!.RawTarget;
            seen.SetResult($"{request.Method} {target} {request.Headers.Host} {request.Headers["X-Probe"]} {request.Headers.Connection}");
            return Task.CompletedTask;
        });

        var args = new HttpArgs { Method = "HEAD", Path = "/a/../b%2F?x=1&y=%20", Headers = [new HttpHeader("Host", "shop.example"), new HttpHeader("X-Probe", "1")] };
        (await RunAsync(web.Port, args)).Reason.Should().Be("200");

        (await seen.Task).Should().Be("HEAD /a/../b%2F?x=1&y=%20 shop.example 1 close");
    }

    [Fact]
    public async Task HostHeader_IsTheBackendWithItsPort()
    {
        var seen = new TaskCompletionSource<string>();
        await using var web = await WebBackend.StartAsync(context =>
        {
            seen.SetResult(context.Request.Headers.Host.ToString());
            return Task.CompletedTask;
        });

        await RunAsync(web.Port, new HttpArgs());

        (await seen.Task).Should().Be($"127.0.0.1:{web.Port}");
    }

    [Fact]
    public async Task Connections_AreNeverUsedTwice()
    {
        var connections = new System.Collections.Concurrent.ConcurrentBag<string>();
        await using var web = await WebBackend.StartAsync(context =>
        {
            connections.Add(context.Connection.Id);
            return Task.CompletedTask;
        });
        var target = Probe.Target(new HttpArgs(), web.Port);

        for (var i = 0; i < 5; i++)
        {
            (await Probe.RunAsync(new HttpProbe(), target)).Reason.Should().Be("200");
        }

        connections.Should().OnlyHaveUniqueItems().And.HaveCount(5);
    }

    [Fact]
    public async Task AnswerThatNeverComes_TimesOut()
    {
        await using var web = await WebBackend.StartAsync(context => Task.Delay(Timeout.Infinite, context.RequestAborted));

        var result = await Probe.RunAsync(new HttpProbe(), Probe.Target(new HttpArgs(), web.Port, TimeSpan.FromMilliseconds(300)));

        (result.Passed, result.Reason).Should().Be((false, "timed out after 300ms"));
    }

    [Fact]
    public async Task BlackHole_IsGivenUp_WithItsDescriptor()
    {
        using var hole = Listener.BlackHole();
        var target = Probe.Target(new HttpArgs(), hole.Port, TimeSpan.FromMilliseconds(100));
        (await Probe.RunAsync(new HttpProbe(), target)).Reason.Should().Be("timed out after 100ms");
        var before = Directory.GetFiles("/proc/self/fd").Length;

        await Task.WhenAll(Enumerable.Range(0, 200).Select(_ => Probe.RunAsync(new HttpProbe(), target)));

        SpinWait.SpinUntil(() => Directory.GetFiles("/proc/self/fd").Length < before + 100, Probe.LongEnough).Should().BeTrue();
    }

    [Fact]
    public async Task NoServer_IsRefused() =>
        (await RunAsync(Listener.FreePort(), new HttpArgs())).Reason.Should().Be("connection refused");

    [Fact]
    public async Task NotHttp_IsSaid()
    {
        using var listener = new Listener();
        var probing = RunAsync(listener.Port, new HttpArgs());
        using var client = await listener.Socket.AcceptAsync(TestContext.Current.CancellationToken);
        await client.SendAsync("SSH-2.0-OpenSSH_9.2\r\n"u8.ToArray(), TestContext.Current.CancellationToken);

        (await probing).Reason.Should().Be("the answer is not HTTP");
    }

    [Fact]
    public async Task Https_OfAnUnknownIssuer_IsRefused_UnlessInsecure()
    {
        using var certificate = WebBackend.Certificate("shop.example");
        await using var web = await WebBackend.StartAsync(200, certificate: certificate);

        (await RunAsync(web.Port, new HttpArgs { Trust = new TlsTrust(ServerName: "shop.example") })).Reason.Should().StartWith("certificate is not trusted: ");
        (await RunAsync(web.Port, new HttpArgs { Trust = new TlsTrust(Insecure: true) })).Reason.Should().Be("200");
    }

    [Fact]
    public async Task Certificate_OfAnotherName_IsRefused()
    {
        using var certificate = WebBackend.Certificate("shop.example");
        await using var web = await WebBackend.StartAsync(200, certificate: certificate);

        (await RunAsync(web.Port, new HttpArgs { Trust = new TlsTrust(ServerName: "bank.example") })).Reason
            .Should().Be("certificate is for shop.example, not for bank.example");
        (await Probe.RunAsync(new TlsProbe(), Probe.Target(new TlsArgs { Trust = new TlsTrust(ServerName: "bank.example") }, web.Port))).Reason
            .Should().Be("certificate is for shop.example, not for bank.example");
    }

    [Fact]
    public async Task Certificate_ThatExpired_SaysWhen()
    {
        using var certificate = WebBackend.Certificate("shop.example", new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero));
        await using var web = await WebBackend.StartAsync(200, certificate: certificate);

        (await Probe.RunAsync(new TlsProbe(), Probe.Target(new TlsArgs { Trust = new TlsTrust(ServerName: "shop.example") }, web.Port))).Reason
            .Should().Be("certificate expired 2026-01-02");
    }

    [Fact]
    public async Task Tls_Insecure_SaysTheProtocol()
    {
        using var certificate = WebBackend.Certificate("shop.example");
        await using var web = await WebBackend.StartAsync(200, certificate: certificate);

        (await Probe.RunAsync(new TlsProbe(), Probe.Target(new TlsArgs { Trust = new TlsTrust(Insecure: true) }, web.Port))).Reason.Should().StartWith("Tls1");
    }

    [Fact]
    public async Task Tls_ToAPlainServer_SaysSo()
    {
        await using var web = await WebBackend.StartAsync(200);

        (await RunAsync(web.Port, new HttpArgs { Trust = new TlsTrust() })).Reason.Should().Be("the answer is not TLS");
        (await Probe.RunAsync(new TlsProbe(), Probe.Target(new TlsArgs(), web.Port))).Reason.Should().Be("the answer is not TLS");
    }

    [Fact]
    public async Task Tls_ThatEndsEarly_SaysSo()
    {
        using var listener = new Listener();
        var probing = Probe.RunAsync(new TlsProbe(), Probe.Target(new TlsArgs(), listener.Port));
        using var accepted = await listener.Socket.AcceptAsync(TestContext.Current.CancellationToken);
        await accepted.ReceiveAsync(new byte[16 * 1024], TestContext.Current.CancellationToken); // closing with unread data would send a reset
        accepted.Shutdown(SocketShutdown.Send);

        (await probing).Reason.Should().Be("the connection ended during the TLS handshake");
    }

    [Fact]
    public async Task HoledThousand_DelayNoOther()
    {
        using var hole = Listener.BlackHole();
        await using var web = await WebBackend.StartAsync(200);
        var held = Enumerable.Range(0, 1000).Select(_ => Probe.RunAsync(new HttpProbe(), Probe.Target(new HttpArgs(), hole.Port, TimeSpan.FromSeconds(10)))).ToList();

        (await RunAsync(web.Port, new HttpArgs())).Reason.Should().Be("200");

        held.Should().OnlyContain(probe => !probe.IsCompleted, "the answer came before the thousand were given up");
        (await Task.WhenAll(held)).Should().OnlyContain(result => result.Reason == "timed out after 10s");
    }

    private static Task<ProbeResult> RunAsync(int port, HttpArgs args) => Probe.RunAsync(new HttpProbe(), Probe.Target(args, port));
}
