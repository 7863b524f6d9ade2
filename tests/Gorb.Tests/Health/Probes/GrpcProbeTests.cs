using System.Globalization;
using Gorb.Health.Probes;
using Gorb.Model.Checks;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Gorb.Tests.Health.Probes;

/// <summary>Probes a hand-written grpc.health.v1 server: HTTP/2, a length-prefixed message, trailers.</summary>
public sealed class GrpcProbeTests
{
    [Theory]
    [InlineData(1, true, "SERVING")]
    [InlineData(2, false, "NOT_SERVING, expected SERVING")]
    [InlineData(3, false, "SERVICE_UNKNOWN, expected SERVING")]
    public async Task Status_IsJudged(byte status, bool passes, string reason)
    {
        await using var server = await StartAsync(status, 0);

        var result = await RunAsync(server.Port);

        (result.Passed, result.Reason).Should().Be((passes, reason));
    }

    [Theory]
    [InlineData(5, "the server does not know the service \"shop.Cart\"")]
    [InlineData(12, "the server has no grpc.health.v1.Health service")]
    [InlineData(13, "Internal: oh dear")]
    public async Task Error_IsSaid(int code, string reason)
    {
        await using var server = await StartAsync(null, code);

        (await RunAsync(server.Port)).Reason.Should().Be(reason);
    }

    [Fact]
    public async Task NoServer_IsRefused() => (await RunAsync(Listener.FreePort())).Reason.Should().Be("connection refused");

    [Fact]
    public async Task OverTls_TheCertificateIsJudged()
    {
        using var certificate = WebBackend.Certificate("shop.example");
        await using var server = await WebBackend.StartAsync(Answer(1, 0), certificate, HttpProtocols.Http2);

        (await RunAsync(server.Port, new TlsTrust(Insecure: true))).Reason.Should().Be("SERVING");
        (await RunAsync(server.Port, new TlsTrust(ServerName: "bank.example"))).Reason.Should().Be("certificate is for shop.example, not for bank.example");
    }

    private static Task<WebBackend> StartAsync(byte? status, int code) => WebBackend.StartAsync(Answer(status, code), protocols: HttpProtocols.Http2);

    private static Task<ProbeResult> RunAsync(int port, TlsTrust? trust = null) =>
        Probe.RunAsync(new GrpcProbe(), Probe.Target(new GrpcArgs { Service = "shop.Cart", Trust = trust }, port));

    private static RequestDelegate Answer(byte? status, int code) => async context =>
    {
        context.Request.Path.Value.Should().Be("/grpc.health.v1.Health/Check");
        context.Response.ContentType = "application/grpc";
        context.Response.DeclareTrailer("grpc-status");
        if (status is { } value)
        {
            await context.Response.Body.WriteAsync(new byte[] { 0, 0, 0, 0, 2, 0x08, value }); // uncompressed, 2 bytes: field 1, varint
        }

        context.Response.AppendTrailer("grpc-status", code.ToString(CultureInfo.InvariantCulture));
        context.Response.AppendTrailer("grpc-message", code == 0 ? "" : "oh dear");
    };
}
