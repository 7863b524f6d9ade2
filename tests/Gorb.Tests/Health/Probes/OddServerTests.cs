using System.Net.Security;
using System.Net.Sockets;
using System.Text;
using Gorb.Health.Probes;
using Gorb.Model.Checks;

namespace Gorb.Tests.Health.Probes;

/// <summary>Misbehaving servers: each case has a verdict, and none makes a check exceed its time-out.</summary>
[Collection(Alone.Name)]
public sealed class OddServerTests
{
    private const string Head = "HTTP/1.1 200 OK\r\n";
    private static readonly TimeSpan Short = TimeSpan.FromMilliseconds(500);

    [Theory]
    [InlineData(Head + "Content-Length: 11\r\n\r\nall is well", Ending.Never, true, "200")]
    [InlineData(Head + "\r\nall is well", Ending.Fin, true, "200")] // HTTP/1.0 without a length
    [InlineData(Head + "\r\nall is well", Ending.Reset, true, "200")]
    [InlineData(Head + "\r\nall is well", Ending.Never, true, "200")]
    [InlineData(Head + "Content-Length: 999\r\n\r\nall is well", Ending.Fin, true, "200")]
    [InlineData(Head + "Content-Length: 999\r\n\r\nall is well", Ending.Reset, true, "200")]
    [InlineData(Head + "Content-Length: 999\r\n\r\nall is lost", Ending.Reset, false, "200, but the body does not contain \"is well\"")]
    [InlineData(Head + "Content-Length: soon\r\n\r\nall is well", Ending.Fin, true, "200")]
    [InlineData(Head + "Transfer-Encoding: chunked\r\n\r\n4\r\nall \r\n7;x=y\r\nis well\r\n0\r\nTrailer: yes\r\n\r\n", Ending.Never, true, "200")]
    [InlineData(Head + "Transfer-Encoding: chunked\r\n\r\n7\r\nis well", Ending.Reset, true, "200")]
    [InlineData(Head + "Transfer-Encoding: chunked\r\n\r\n5\r\nis we\r\n2\r\nll\r\n", Ending.Fin, true, "200")]
    [InlineData(Head + "Transfer-Encoding: chunked\r\n\r\nis well\r\n", Ending.Never, false, "200, but the body does not contain \"is well\"")]
    [InlineData(Head + "Transfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFF\r\nis well", Ending.Fin, false, "200, but the body does not contain \"is well\"")]
    [InlineData(Head + "Transfer-Encoding: gzip, Chunked\r\n\r\n7\r\nis well\r\n0\r\n\r\n", Ending.Never, true, "200")]
    [InlineData("HTTP/1.0 200 OK\n\nall is well", Ending.Fin, true, "200")]
    [InlineData("HTTP/1.1 200 OK\nContent-Length: 7\n\nis well", Ending.Never, true, "200")]
    [InlineData("HTTP/1.1 200\r\n\r\nis well", Ending.Fin, true, "200")]
    [InlineData("HTTP/1.1 100 Continue\r\n\r\n" + Head + "\r\nis well", Ending.Fin, true, "200")]
    [InlineData("HTTP/1.1 103 Early Hints\r\nContent-Length: 3\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n" + Head + "\r\nis well", Ending.Fin, true, "200")]
    [InlineData("HTTP/1.1 100 Continue\r\n\r\n", Ending.Fin, false, "the connection ended within the header of the answer")]
    [InlineData("is well, says HTTP/0.9", Ending.Fin, false, "the answer is not HTTP")]
    [InlineData("<html>is well", Ending.Never, false, "the answer is not HTTP")]
    [InlineData("220 mail.example ESMTP\r\n", Ending.Never, false, "the answer is not HTTP")]
    [InlineData("HTTP/2.0 200 OK\r\n\r\nis well", Ending.Fin, false, "the answer is not HTTP")]
    [InlineData("HTTP/1.1 2000 OK\r\n\r\nis well", Ending.Fin, false, "the answer is not HTTP")]
    [InlineData("HTTP/1.1  200 OK\r\n\r\nis well", Ending.Fin, false, "the answer is not HTTP")]
    [InlineData("HTTP/1.1 abc OK\r\n\r\nis well", Ending.Fin, false, "the answer is not HTTP")]
    [InlineData("HTTP/1.1 20", Ending.Fin, false, "the connection ended within the header of the answer")]
    [InlineData(Head + "Content-Le", Ending.Fin, false, "the connection ended within the header of the answer")]
    [InlineData(Head + "Content-Le", Ending.Never, false, "timed out after 500ms")]
    [InlineData("", Ending.Fin, false, "the connection ended before the answer")]
    [InlineData("", Ending.Reset, false, "connection reset")]
    [InlineData("", Ending.Never, false, "timed out after 500ms")]
    [InlineData(Head + "nonsense without a colon\r\n folded\r\n: empty\r\n\r\nis well", Ending.Fin, true, "200")]
    public async Task Http_HasAVerdict(string answer, Ending end, bool passes, string reason)
    {
        using var server = OddServer.Says(answer, end);

        var result = await RunAsync(server, new HttpArgs { ExpectBody = "is well" });

        (result.Passed, result.IsLocalFault, result.Reason).Should().Be((passes, false, reason));
    }

    [Theory]
    [InlineData(Head + "Content-Length: 2\r\n\r\nokay", Ending.Never, "^ok$", true)]
    [InlineData(Head + "\r\nok", Ending.Reset, "^ok$", true)]
    [InlineData(Head + "\r\nokay", Ending.Fin, "^ok$", false)]
    public async Task Http_PatternIsMatchedWithAllThatCame(string answer, Ending end, string pattern, bool passes)
    {
        using var server = OddServer.Says(answer, end);

        (await RunAsync(server, new HttpArgs { ExpectRegex = pattern })).Passed.Should().Be(passes);
    }

    [Theory]
    [InlineData("HEAD", Head + "Content-Length: 100\r\n\r\n")]
    [InlineData("GET", "HTTP/1.1 204 No Content\r\nContent-Length: 100\r\n\r\n")]
    [InlineData("GET", "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n")]
    public async Task Http_AnswerWithoutABody_IsNotWaitedFor(string method, string answer)
    {
        using var server = OddServer.Says(answer, Ending.Never);

        var result = await RunAsync(server, new HttpArgs { Method = method, Expect = [new CodeRange(101, 299)], ExpectBody = "x" });

        result.Reason.Should().EndWith("but the body does not contain \"x\"");
    }

    [Fact]
    public async Task Http_AnswerThatDrips_IsReadOnceItIsThere()
    {
        using var server = new OddServer(async socket =>
        {
            foreach (var character in Head + "\r\nall is well, and so on")
            {
                await socket.SendAsync(new[] { (byte)character });
            }

            await OddServer.EndAsync(socket, Ending.Never);
        });

        (await RunAsync(server, new HttpArgs { ExpectBody = "is well" }, Probe.LongEnough)).Reason.Should().Be("200");
    }

    [Fact]
    public async Task Http_HeaderWithoutEnd_IsGivenUp()
    {
        using var server = new OddServer(async socket =>
        {
            await socket.SendAsync(Encoding.ASCII.GetBytes(Head));
            while (true)
            {
                await socket.SendAsync(Encoding.ASCII.GetBytes("X-Header: and so on\r\n"));
            }
        });

        (await RunAsync(server, new HttpArgs(), Probe.LongEnough)).Reason.Should().Be("the header of the answer exceeds 65536 bytes");
    }

    [Fact]
    public async Task Http_InterimAnswersWithoutEnd_AreGivenUp()
    {
        using var server = new OddServer(async socket =>
        {
            while (true)
            {
                await socket.SendAsync(Encoding.ASCII.GetBytes("HTTP/1.1 100 Continue\r\n\r\n"));
            }
        });

        (await RunAsync(server, new HttpArgs(), Probe.LongEnough)).Reason.Should().Be("the header of the answer exceeds 65536 bytes");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Https_WithoutCloseNotify_IsJudgedByWhatCame(bool isReset)
    {
        using var certificate = WebBackend.Certificate("shop.example");
        using var listener = new Listener();
        var probing = Probe.RunAsync(new HttpProbe(), Probe.Target(new HttpArgs { Trust = new TlsTrust(Insecure: true), ExpectBody = "is well" }, listener.Port));
        using var socket = await listener.Socket.AcceptAsync(TestContext.Current.CancellationToken);
        socket.NoDelay = true; // a reset discards unsent data
        await using var tls = new SslStream(new NetworkStream(socket));
        await tls.AuthenticateAsServerAsync(certificate);
        await tls.ReadExactlyAsync(new byte[10], TestContext.Current.CancellationToken);
        await tls.WriteAsync(Encoding.ASCII.GetBytes(Head + "Content-Length: 99\r\n\r\nall is well"), TestContext.Current.CancellationToken);

        _ = OddServer.EndAsync(socket, isReset ? Ending.Reset : Ending.Fin);

        (await probing).Reason.Should().Be("200");
    }

    [Theory]
    [InlineData("", Ending.Fin, "the connection ended during the TLS handshake")]
    [InlineData("", Ending.Reset, "connection reset")]
    [InlineData("", Ending.Never, "timed out after 500ms")]
    [InlineData("HTTP/1.1 400 Bad Request\r\n\r\n", Ending.Fin, "the answer is not TLS")]
    [InlineData("\x15\x03\x03\x00\x02\x02\x28", Ending.Fin, "the server refuses the TLS handshake: handshake failure")]
    [InlineData("\x16\x03\x03\x00\x04\x02\x00\x00\x00", Ending.Fin, "the TLS handshake failed: the server's answer is not one that TLS 1.2 or 1.3 allows")]
    public async Task Tls_HasAVerdict(string answer, Ending end, string reason)
    {
        using var server = OddServer.Says(answer, end);
        var target = Probe.Target(new TlsArgs(), server.Port, Short);

        var result = await Probe.RunAsync(new TlsProbe(), target);
        var https = await RunAsync(server, new HttpArgs { Trust = new TlsTrust() });

        (result.Passed, result.IsLocalFault, result.Reason).Should().Be((false, false, reason));
        https.Reason.Should().Be(reason);
    }

    [Theory]
    [InlineData("", Ending.Fin)]
    [InlineData("", Ending.Reset)]
    [InlineData("", Ending.Never)]
    [InlineData("HTTP/1.1 200 OK\r\n\r\n", Ending.Fin)]
    [InlineData("HTTP/1.1 200 OK\r\n\r\n", Ending.Never)]
    [InlineData("\x00\x00\x00\x04\x00\x00\x00\x00\x00", Ending.Fin)] // empty SETTINGS, then nothing
    [InlineData("\x00\x00\x00\x04\x00\x00\x00\x00\x00\x00\x00\x08\x07\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x01", Ending.Fin)] // empty SETTINGS and GOAWAY
    [InlineData("\x00\x00\x00\x04\x00\x00\x00\x00\x00\x00\x00\x04\x03\x00\x00\x00\x00\x01\x00\x00\x00\x02", Ending.Never)] // empty SETTINGS and RST_STREAM
    [InlineData("\x00\x00\x00\x04\x00\x00\x00\x00\x00\x00\x00\x01\x01\x04\x00\x00\x00\x01\x88", Ending.Never)] // empty SETTINGS and a header (200), then nothing
    [InlineData("\x00\x00\x00\x04\x00\x00\x00\x00\x00\x00\x00\x01\x01\x05\x00\x00\x00\x01\x88", Ending.Never)] // empty SETTINGS, a header (200) and the end of the stream
    [InlineData("\x00\x00\x00\x04\x00\x00\x00\x00\x00\x00\x00\x03\x01\x05\x00\x00\x00\x01\xff\xff\xff", Ending.Never)] // empty SETTINGS and an invalid header
    public async Task Grpc_HasAVerdict(string answer, Ending end)
    {
        using var server = OddServer.Says(answer, end);

        var result = await Probe.RunAsync(new GrpcProbe(), Probe.Target(new GrpcArgs(), server.Port, Short));

        (result.Passed, result.IsLocalFault).Should().Be((false, false), "{0} {1}", result.Reason, result.Unexpected);
        result.Reason.Should().NotContain("Exception").And.NotStartWith("unexpected");
    }

    /// <summary>Forty kinds of noise, the same in every run.</summary>
    [Fact]
    public async Task Noise_IsAFailureOfTheBackend_WhateverTheCheck()
    {
        var random = new Random(4672);
        for (var i = 0; i < 40; i++)
        {
            var noise = new byte[random.Next(1, 200)];
            random.NextBytes(noise);
            using var server = OddServer.Says(Encoding.Latin1.GetString(noise), (Ending)random.Next(2));
            foreach (var (probe, args) in new (IAsyncProbe, PulseArgs)[] { (new HttpProbe(), new HttpArgs()), (new TlsProbe(), new TlsArgs()), (new GrpcProbe(), new GrpcArgs()), (new DnsProbe(), new DnsArgs { Name = "a.example", OverTcp = true }) })
            {
                var result = await Probe.RunAsync(probe, Probe.Target(args, server.Port, Short));

                (result.Passed, result.IsLocalFault).Should().Be((false, false), "{0} {1}: {2} {3}", args.Type, Convert.ToHexString(noise), result.Reason, result.Unexpected);
            }
        }
    }

    private static Task<ProbeResult> RunAsync(OddServer server, HttpArgs args, TimeSpan? timeout = null) =>
        Probe.RunAsync(new HttpProbe(), Probe.Target(args, server.Port, timeout ?? Short));
}
