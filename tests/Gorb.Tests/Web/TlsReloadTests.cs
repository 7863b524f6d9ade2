using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Gorb.Certificates;
using Gorb.Client;
using Gorb.Platform;
using Gorb.Tests.Api;
using Gorb.Tests.Certificates;
using Gorb.Tests.Shared;
using Gorb.Web;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Gorb.Tests.Web;

/// <summary>Certificate and key are exchanged while clients use the API.</summary>
public sealed class TlsReloadTests : DaemonTest
{
    private const int Clients = 8;
    private const int Exchanges = 10;

    private readonly TestCertificates _certificates = new();
    private readonly LogLines<TlsCertificates> _log = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private protected override TestDaemon NewDaemon(FakeKernel kernel) => new()
    {
        Kernel = kernel,
        Sockets = [new TlsEndPoint(IPAddress.Loopback, 0)],
        Tls = _certificates.Files,
        Configure = services => services.AddSingleton<ILoggerProvider>(_log),
    };

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _certificates.Dispose();
        _log.Dispose();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task Exchange_UnderLoad_FailsNoRequest()
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var clients = Enumerable.Range(0, Clients).Select(number => RequestAsync(isKeptAlive: number % 2 == 0, stop.Token)).ToList();

        for (var exchange = 0; exchange < Exchanges; exchange++)
        {
            using var next = _certificates.WriteServer();
            _daemon.Service<TlsCertificates>().AskForRead(); // as SIGHUP does
            await UntilShownAsync(next);
        }

        await stop.CancelAsync();
        (await Task.WhenAll(clients)).Should().AllSatisfy(requests => requests.Should().BePositive());
    }

    [Fact]
    public async Task ChangedFiles_AreUsed_WithoutASignal()
    {
        using var next = _certificates.WriteServer();

        await UntilShownAsync(next);
    }

    [Fact]
    public async Task WrongPair_IsLogged_AndTheFormerStays_UntilThePairIsRight()
    {
        var former = await ShownAsync();
        var key = await File.ReadAllTextAsync(_certificates.KeyFile, Token);
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var kept = _log.NextAsync("keeps its former certificate");

        await File.WriteAllTextAsync(_certificates.KeyFile, other.ExportPkcs8PrivateKeyPem(), Token);
        await kept;
        (await ShownAsync()).Should().Be(former);
        var halved = _log.NextAsync("ends within a certificate");
        var certificate = await File.ReadAllTextAsync(_certificates.ServerFile, Token);
        await File.WriteAllTextAsync(_certificates.ServerFile, certificate + certificate[..(certificate.Length / 2)], Token);
        await halved;
        (await ShownAsync()).Should().Be(former);

        var used = _log.NextAsync("https uses the certificate");
        await File.WriteAllTextAsync(_certificates.KeyFile, key, Token);
        await File.WriteAllTextAsync(_certificates.ServerFile, certificate, Token);
        await used;
        (await ShownAsync()).Should().Be(former);
        _log.All.Where(line => line.Level == LogLevel.Error).Select(line => line.Text).Should().OnlyHaveUniqueItems()
            .And.Contain(text => text.Contains($"{_certificates.KeyFile} holds no complete private key", StringComparison.Ordinal));
    }

    /// <summary>The Docker link inside a daemon that listens at https only has no authority to trust, and needs none.</summary>
    [Fact]
    public async Task OwnCertificate_IsKnown_AndNoOther()
    {
        using var own = new GorbClient(_daemon.HttpsUrl, TimeSpan.FromSeconds(30), tls: new ClientTls { IsTrusted = _daemon.Service<TlsCertificates>().IsOwn });
        (await own.SendAsync(new GorbRequest(HttpMethod.Get, "/healthz"), Token)).Should().BeEmpty();

        using var other = new TestCertificates();
        using var certificate = other.WriteServer();
        _daemon.Service<TlsCertificates>().IsOwn(certificate).Should().BeFalse();
    }

    [Fact]
    public async Task CertificateThatEndsSoon_IsLogged()
    {
        using var next = _certificates.Authority.IssueServer(["localhost", "127.0.0.1"], TimeSpan.FromDays(3), TestCertificates.Now);
        var logged = _log.NextAsync($"The certificate {_certificates.ServerFile} expires ");

        _certificates.Folder.Write(CertificateFolder.Server, next, force: true);

        await logged;
    }

    /// <summary>Sends requests until stopped, over one connection or each over its own.</summary>
    /// <returns>How many were sent.</returns>
    private async Task<int> RequestAsync(bool isKeptAlive, CancellationToken stop)
    {
        using var http = _certificates.Http(_daemon.HttpsUrl);
        http.DefaultRequestHeaders.ConnectionClose = !isKeptAlive;
        var sent = 0;
        while (!stop.IsCancellationRequested)
        {
            using var answer = await http.GetAsync(new Uri("/service", UriKind.Relative), Token);
            answer.StatusCode.Should().Be(HttpStatusCode.OK);
            sent++;
        }

        return sent;
    }

    private Task UntilShownAsync(X509Certificate2 certificate) => Poll.UntilAsync(async () => await ShownAsync() == certificate.Thumbprint, Token);

    /// <summary>The certificate that a new connection gets.</summary>
    private async Task<string?> ShownAsync()
    {
        string? shown = null;
        using var http = _certificates.Http(_daemon.HttpsUrl, seen: certificate => shown = certificate.Thumbprint);
        using var answer = await http.GetAsync(new Uri("/healthz", UriKind.Relative), Token);
        return shown;
    }
}
