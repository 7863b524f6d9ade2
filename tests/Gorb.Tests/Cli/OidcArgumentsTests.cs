using Gorb.Cli;
using Gorb.Platform;
using Gorb.Tests.Health.Probes;

namespace Gorb.Tests.Cli;

/// <summary>The options of an issuer, and those that do not fit each other.</summary>
[Collection(Alone.Name)] // the environment belongs to the whole process
public sealed class OidcArgumentsTests : IDisposable
{
    private const string Issuer = "https://login.example/realms/ops";

    private DaemonOptions? _read;

    public void Dispose() => Environment.SetEnvironmentVariable(OidcArguments.IssuerVariable, null);

    [Fact]
    public async Task Options_AreRead()
    {
        await RunAsync("--oidc", Issuer, "--audience", "gorb");
        _read!.Oidc.Should().Be(new OidcOptions(Issuer, "gorb", "gorb_role"));
        _read.Oidc!.MetadataAddress.Should().Be("https://login.example/realms/ops/.well-known/openid-configuration");

        await RunAsync("--oidc", Issuer, "--audience", "gorb", "--oidc-role-claim", "groups");
        _read!.Oidc.Should().Be(new OidcOptions(Issuer, "gorb", "groups"));

        await RunAsync();
        _read!.Oidc.Should().BeNull();
    }

    [Fact]
    public async Task Environment_IsTheDefault()
    {
        Environment.SetEnvironmentVariable(OidcArguments.IssuerVariable, Issuer);

        await RunAsync("--audience", "gorb");

        _read!.Oidc!.Issuer.Should().Be(Issuer);
    }

    [Theory]
    [InlineData("--oidc needs --audience NAME: without it, tokens that the issuer made for other programs would count here.", "--oidc", Issuer)]
    [InlineData("--audience is given without --oidc ISSUER.", "--audience", "gorb")]
    [InlineData("--oidc-role-claim is given without --oidc ISSUER.", "--oidc-role-claim", "groups")]
    [InlineData("--oidc 'http://login.example' must begin with https://: whoever changes its keys on the way could make tokens of any role; write https://login.example/realms/ops.", "--oidc", "http://login.example", "--audience", "gorb")]
    public void OptionsThatDoNotFit_AreErrors(string error, params string[] arguments) => Root().Parse(arguments).Errors.Select(static one => one.Message).Should().Equal(error);

    private async Task RunAsync(params string[] words) => (await Root().Parse(words).InvokeAsync(cancellationToken: TestContext.Current.CancellationToken)).Should().Be(0);

    private System.CommandLine.RootCommand Root() => GorbCommand.Create(
        (options, _) =>
        {
            _read = options;
            return Task.FromResult(0);
        },
        static (_, _, _) => Task.FromResult(0));
}
