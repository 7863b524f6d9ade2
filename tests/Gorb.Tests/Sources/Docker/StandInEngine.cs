using System.Collections.Concurrent;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Gorb.Tests.Sources.Docker;

/// <summary>An HTTP server with the answers that a test gives, in place of a Docker engine.</summary>
internal sealed class StandInEngine : IAsyncDisposable
{
    private readonly WebApplication _app;

    private StandInEngine(Action<KestrelServerOptions> listen)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration().ConfigureKestrel(listen);
        _app = builder.Build();
        _app.Run(async context =>
        {
            Requests.Enqueue($"{context.Request.Method} {context.Request.Path}{Uri.UnescapeDataString(context.Request.QueryString.Value ?? "")}");
            await Answer(context);
        });
    }

    /// <summary>Answers a request; by default 404.</summary>
    public Func<HttpContext, Task> Answer { get; set; } = static context => ReplyAsync(context, StatusCodes.Status404NotFound, """{"message": "No such container: 1a2b"}""");

    /// <summary>The requests so far: "GET /info".</summary>
    public ConcurrentQueue<string> Requests { get; } = [];

    /// <summary>The port at 127.0.0.1.</summary>
    public int Port => new Uri(_app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single()).Port;

    /// <summary>Listens on a Unix socket.</summary>
    public static Task<StandInEngine> AtAsync(string socket) => StartAsync(options => options.ListenUnixSocket(socket));

    /// <summary>Listens at 127.0.0.1, with TLS if there is a certificate; it then requires one of its clients.</summary>
    public static Task<StandInEngine> AtLoopbackAsync(X509Certificate2? certificate = null) => StartAsync(options => options.Listen(System.Net.IPAddress.Loopback, 0, listen =>
    {
        if (certificate is not null)
        {
            listen.UseHttps(https =>
            {
                https.ServerCertificate = certificate;
                https.ClientCertificateMode = ClientCertificateMode.RequireCertificate;
                https.AllowAnyClientCertificate();
            });
        }
    }));

    public static async Task ReplyAsync(HttpContext context, int status, string body)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        await context.Response.WriteAsync(body, context.RequestAborted);
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private static async Task<StandInEngine> StartAsync(Action<KestrelServerOptions> listen)
    {
        var engine = new StandInEngine(listen);
        await engine._app.StartAsync(TestContext.Current.CancellationToken);
        return engine;
    }
}
