using System.Net;
using Gorb.Certificates;
using Gorb.Cli;
using Gorb.Model;
using Gorb.Platform;
using Gorb.Tests.Api;
using Gorb.Tests.Certificates;
using Gorb.Tests.Health.Probes;
using Gorb.Tests.Shared;

namespace Gorb.Tests.Cli;

/// <summary>Verbs that ask a daemon at https. Console and environment belong to the whole process, so this runs alone.</summary>
[Collection(Alone.Name)]
public sealed class ClientTlsTests : DaemonTest
{
    private readonly TestCertificates _certificates = new();
    private readonly TextWriter _out = Console.Out;
    private readonly TextWriter _error = Console.Error;
    private readonly StringWriter _printed = new();

    public ClientTlsTests()
    {
        Console.SetOut(_printed);
        Console.SetError(_printed);
        using var client = _certificates.Client("alice", Role.Write);
        _certificates.Folder.Write(CertificateFolder.Client("alice"), client);
    }

    private string Url => _daemon.HttpsUrl.ToString();

    private string ClientFile => _certificates.Folder.Certificate(CertificateFolder.Client("alice"));

    private string ClientKey => _certificates.Folder.Key(CertificateFolder.Client("alice"));

    private protected override TestDaemon NewDaemon(FakeKernel kernel) =>
        new() { Kernel = kernel, IsTokenRequired = true, Sockets = [new TlsEndPoint(IPAddress.Loopback, 0)], Tls = _certificates.Files };

    public override async ValueTask DisposeAsync()
    {
        Console.SetOut(_out);
        Console.SetError(_error);
        foreach (var variable in new[] { DaemonUrl.Variable, ClientTlsArguments.AuthoritiesVariable, ClientTlsArguments.CertificateVariable, ClientTlsArguments.KeyVariable })
        {
            Environment.SetEnvironmentVariable(variable, null);
        }

        await base.DisposeAsync();
        _certificates.Dispose();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task Options_NameAuthorityAndCertificate()
    {
        (await RunAsync("get", "-s", Url, "--ca", _certificates.AuthorityFile, "--cert", ClientFile, "--key", ClientKey)).Should().Be(0, _printed.ToString());

        _printed.ToString().Should().Contain("services:");
    }

    [Fact]
    public async Task Environment_IsTheDefault()
    {
        Environment.SetEnvironmentVariable(DaemonUrl.Variable, Url);
        Environment.SetEnvironmentVariable(ClientTlsArguments.AuthoritiesVariable, _certificates.AuthorityFile);
        Environment.SetEnvironmentVariable(ClientTlsArguments.CertificateVariable, ClientFile);
        Environment.SetEnvironmentVariable(ClientTlsArguments.KeyVariable, ClientKey);

        (await RunAsync("get")).Should().Be(0, _printed.ToString());
        (await RunAsync("doctor", "--no-probe", "--json")).Should().BeOneOf(0, 1, 5); // by what is wrong on this host
    }

    /// <summary>The environment may be set for a daemon elsewhere; it does not disturb a verb that asks one at http.</summary>
    [Fact]
    public async Task Environment_IsIgnored_WithoutHttps()
    {
        Environment.SetEnvironmentVariable(ClientTlsArguments.CertificateVariable, "/nonexistent");

        (await RunAsync("get", "-s", _daemon.Http.BaseAddress!.ToString())).Should().Be(4);

        _printed.ToString().Should().Contain("the request needs a token");
    }

    [Fact]
    public async Task CertificateOfAnUnknownAuthority_IsRefused_WithTheRemedy()
    {
        (await RunAsync("get", "-s", Url)).Should().Be(3);

        _printed.ToString().Should().Be($"gorb: {Url} is not trusted, because its certificate is of an authority that is not known here: --ca FILE (GORB_CA) names it{Environment.NewLine}");
    }

    [Fact]
    public async Task CertificateOfAnotherName_IsRefused()
    {
        using var other = _certificates.Authority.IssueServer(["lb.example"], TimeSpan.FromDays(90), TestCertificates.Now);
        _certificates.Folder.Write(CertificateFolder.Server, other, force: true);
        await RestartAsync();

        (await RunAsync("get", "-s", Url, "--ca", _certificates.AuthorityFile)).Should().Be(3);

        _printed.ToString().Should().Contain("certificate is for lb.example, not for 127.0.0.1");
    }

    [Fact]
    public async Task WithoutCertificate_TheDaemonAsksForOne()
    {
        (await RunAsync("get", "-s", Url, "--ca", _certificates.AuthorityFile)).Should().Be(4);

        _printed.ToString().Should().Contain("the request needs a token, or a client certificate").And.Contain("has no token and no client certificate");
    }

    [Theory]
    [InlineData("--cert is for a daemon at https, and http://127.0.0.1:4672/ is not one; write --server https://HOST:4673", "-s", "127.0.0.1:4672", "--cert", "x")]
    [InlineData("--ca is for a daemon at https, and unix:/run/x is not one; write --server https://HOST:4673", "-s", "unix:/run/x", "--ca", "x")]
    [InlineData("--key needs --cert FILE with the certificate of the key", "-s", "https://127.0.0.1:1", "--key", "x")]
    [InlineData("/nonexistent is not there, or is not a file", "-s", "https://127.0.0.1:1", "--ca", "/nonexistent")]
    [InlineData("/nonexistent is not there, or is not a file", "-s", "https://127.0.0.1:1", "--cert", "/nonexistent")]
    public async Task OptionsThatDoNotFit_AreNamed(string problem, params string[] words)
    {
        (await RunAsync(["get", .. words])).Should().Be(2);

        _printed.ToString().Should().StartWith($"gorb: {problem}");
    }

    [Fact]
    public async Task Healthcheck_AsksAtHttps() => (await RunAsync("healthcheck", "-l", Url.TrimEnd('/'))).Should().Be(0, _printed.ToString());

    [Fact]
    public async Task DockerLink_TakesTheSameOptions()
    {
        Gorb.Sources.Docker.DockerLinkOptions? read = null;
        var root = GorbCommand.Create((_, _) => Task.FromResult(0), (options, _, _) =>
        {
            read = options;
            return Task.FromResult(0);
        });

        (await root.Parse(["docker-link", "-r", Url, "127.0.0.1:1", "--ca", _certificates.AuthorityFile, "--cert", ClientFile, "--key", ClientKey]).InvokeAsync(cancellationToken: TestContext.Current.CancellationToken))
            .Should().Be(0);
        (await RunAsync("docker-link", "-r", "127.0.0.1:1", "--cert", ClientFile)).Should().Be(2);

        read!.Tls!.Authorities!.Should().ContainSingle();
        read.Tls.Certificate!.Certificate.Subject.Should().Contain("CN=alice");
    }

    private static Task<int> RunAsync(params string[] words) =>
        GorbCommand.Create((_, _) => Task.FromResult(0), (_, _, _) => Task.FromResult(0)).Parse(words).InvokeAsync(cancellationToken: TestContext.Current.CancellationToken);
}
