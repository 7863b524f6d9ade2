using System.Net;
using Gorb.Access;
using Gorb.Cli;
using Gorb.Model;
using Gorb.Platform;
using Gorb.Tests.Api;
using Gorb.Tests.Certificates;
using Gorb.Tests.Shared;
using Gorb.Tests.State;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Gorb.Tests.Access;

/// <summary>A daemon that other hosts can reach does not start unless it can ask them for a token, or is told not to.</summary>
public sealed class ListenGateTests : DaemonTest
{
    private static readonly IPEndPoint Everywhere = new(IPAddress.Any, 0);

    private readonly TemporaryFile _secret = new();
    private IReadOnlyList<EndPoint> _more = [];

    private protected override TestDaemon NewDaemon(FakeKernel kernel) => new() { Kernel = kernel, State = _file.Path, Sockets = _more };

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _secret.Dispose();
        GC.SuppressFinalize(this);
    }

    [Theory]
    [InlineData("a-token-of-at-least-32-characters-for-the-test", null)]
    [InlineData("short", "the token of GORB_FIRST_TOKEN has 5 characters; 32 random ones are needed")]
    public async Task TokenOfTheEnvironment_Suffices_IfItIsLong(string token, string? fault)
    {
        await using var daemon = new TestDaemon { Sockets = [Everywhere], IsTokenRequired = true, FirstToken = token };
        if (fault is not null)
        {
            (await daemon.Awaiting(one => one.InitializeAsync().AsTask()).Should().ThrowAsync<SettingException>()).Which.Message.Should().StartWith(fault);
            return;
        }

        await daemon.InitializeAsync();
        daemon.Http.DefaultRequestHeaders.Authorization = new("Bearer", token);
        (await daemon.SendAsync(HttpMethod.Get, "/tokens", null)).StatusCode.Should().Be(HttpStatusCode.OK);
        daemon.Http.DefaultRequestHeaders.Authorization = new("Bearer", token + "x");
        (await daemon.SendAsync(HttpMethod.Get, "/tokens", null)).StatusCode.Should().Be(HttpStatusCode.Unauthorized);
    }

    [Theory]
    [InlineData("0.0.0.0")]
    [InlineData("::")]
    public async Task WithoutToken_TheStartFails_AndNamesTheRemedies(string address)
    {
        await using var daemon = new TestDaemon { Sockets = [new IPEndPoint(IPAddress.Parse(address), 0)] };

        var reasons = StartFailure.Explain((await daemon.Awaiting(one => one.InitializeAsync().AsTask()).Should().ThrowAsync<Exception>()).Which);

        reasons.Should().ContainSingle().Which.Should().StartWith("other hosts can reach ")
            .And.Contain("gorb --token-file ").And.Contain("gorb token create NAME --role admin").And.Contain("gorb --insecure");
    }

    [Theory]
    [InlineData("127.0.0.2")]
    [InlineData("::1")]
    public async Task Loopback_NeedsNothing(string address)
    {
        await using var daemon = new TestDaemon { Sockets = [new IPEndPoint(IPAddress.Parse(address), 0)] };

        await daemon.InitializeAsync();
    }

    [Fact]
    public async Task Insecure_IsAWord()
    {
        await using var daemon = new TestDaemon { Sockets = [Everywhere], IsInsecure = true };

        await daemon.InitializeAsync();
    }

    [Fact]
    public async Task TokenFile_Suffices()
    {
        _secret.Write("a-token-of-at-least-32-characters-for-the-test"u8.ToArray());
        File.SetUnixFileMode(_secret.Path, UnixFileMode.UserRead);
        await using var daemon = new TestDaemon { Sockets = [Everywhere], TokenFile = _secret.Path };

        await daemon.InitializeAsync();
    }

    [Theory]
    [InlineData("0.0.0.0")]
    [InlineData("::")]
    public async Task ClientCertificates_Suffice_ForHttpsOnly(string address)
    {
        using var certificates = new TestCertificates();
        var everywhere = new TlsEndPoint(IPAddress.Parse(address), 0);
        await using var daemon = new TestDaemon { Sockets = [everywhere], Tls = certificates.Files };
        await daemon.InitializeAsync();

        await using var open = new TestDaemon { Sockets = [everywhere], Tls = certificates.Files with { ClientAuthorities = null } };
        (await open.Awaiting(one => one.InitializeAsync().AsTask()).Should().ThrowAsync<SettingException>()).Which.Message.Should().Contain("gorb cert server").And.Contain("--tls-client-ca");
        await using var mixed = new TestDaemon { Sockets = [everywhere, Everywhere], Tls = certificates.Files };
        (await mixed.Awaiting(one => one.InitializeAsync().AsTask()).Should().ThrowAsync<SettingException>()).Which.Message.Should().StartWith("other hosts can reach 0.0.0.0:");
    }

    [Fact]
    public async Task IssuerOfTokens_Suffices()
    {
        await using var daemon = new TestDaemon { Sockets = [Everywhere], Oidc = new OidcOptions("https://login.example", "gorb", OidcOptions.DefaultRoleClaim) };

        await daemon.Awaiting(static one => one.InitializeAsync().AsTask()).Should().NotThrowAsync();
    }

    [Fact]
    public async Task TokenOverPlainHttp_IsLogged_Once()
    {
        _secret.Write("a-token-of-at-least-32-characters-for-the-test"u8.ToArray());
        File.SetUnixFileMode(_secret.Path, UnixFileMode.UserRead);
        using var certificates = new TestCertificates();
        var log = new LogLines<ListenGate>();
        await using var daemon = new TestDaemon
        {
            Sockets = [Everywhere, new TlsEndPoint(IPAddress.Any, 0), new IPEndPoint(IPAddress.IPv6Any, 0)],
            Tls = certificates.Files,
            TokenFile = _secret.Path,
            Configure = services => services.AddSingleton<ILoggerProvider>(log),
        };

        await daemon.InitializeAsync();

        log.Texts.Should().ContainSingle().Which.Should().StartWith("Whoever reads the network between clients and 0.0.0.0:");
    }

    [Fact]
    public async Task TokenOverHttps_IsNotLogged()
    {
        using var certificates = new TestCertificates();
        var log = new LogLines<ListenGate>();
        await using var daemon = new TestDaemon { Sockets = [new TlsEndPoint(IPAddress.Any, 0)], Tls = certificates.Files, Configure = services => services.AddSingleton<ILoggerProvider>(log) };

        await daemon.InitializeAsync();

        log.All.Should().BeEmpty();
    }

    [Fact]
    public async Task TokenOfBefore_Suffices_UntilItIsRevoked()
    {
        await _daemon.SendAsync(HttpMethod.Post, "/tokens", """{"name": "remote", "role": "admin"}""");
        _more = [Everywhere];
        await RestartAsync();

        await _daemon.DeleteAsync("/tokens/remote");

        (await this.Awaiting(test => test.RestartAsync()).Should().ThrowAsync<SettingException>()).Which.Message.Should().Contain("there is no token");
        await _daemon.DisposeAsync(); // it holds the state file
        _more = [];
        _daemon = NewDaemon(_daemon.Kernel);
        await _daemon.InitializeAsync();
    }
}
