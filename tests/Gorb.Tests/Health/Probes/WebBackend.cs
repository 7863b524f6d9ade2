using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;

namespace Gorb.Tests.Health.Probes;

/// <summary>A real web server on a loopback port, with answers chosen by the test.</summary>
internal sealed class WebBackend : IAsyncDisposable
{
    private readonly WebApplication _app;

    private WebBackend(WebApplication app) => _app = app;

    public int Port => new Uri(_app.Urls.Single()).Port;

    public static async Task<WebBackend> StartAsync(RequestDelegate answer, X509Certificate2? certificate = null, HttpProtocols protocols = HttpProtocols.Http1)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen =>
        {
            listen.Protocols = protocols;
            if (certificate is not null)
            {
                listen.UseHttps(certificate);
            }
        }));
        var app = builder.Build();
        app.Run(answer);
        await app.StartAsync(TestContext.Current.CancellationToken);
        return new WebBackend(app);
    }

    /// <summary>Starts a server that answers every request with the status and body.</summary>
    public static Task<WebBackend> StartAsync(int status, string body = "", X509Certificate2? certificate = null) => StartAsync(
        async context =>
        {
            context.Response.StatusCode = status;
            await context.Response.WriteAsync(body);
        },
        certificate);

    /// <summary>A self-signed certificate.</summary>
    public static X509Certificate2 Certificate(string name, DateTimeOffset? notAfter = null)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(name);
        request.CertificateExtensions.Add(names.Build());
        var end = notAfter ?? DateTimeOffset.UtcNow.AddDays(1);
        return request.CreateSelfSigned(end.AddDays(-30), end);
    }

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();
}
