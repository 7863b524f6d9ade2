using Gorb.Certificates;
using Gorb.Cli;
using Gorb.Tests.Health.Probes;

namespace Gorb.Tests.Cli;

/// <summary>The options of https listeners, and those that do not fit each other.</summary>
[Collection(Alone.Name)] // the environment belongs to the whole process
public sealed class TlsArgumentsTests : IDisposable
{
    private static readonly string[] Variables = [TlsArguments.CertificateVariable, TlsArguments.KeyVariable, TlsArguments.ClientAuthoritiesVariable];

    private DaemonOptions? _read;

    public void Dispose()
    {
        foreach (var variable in Variables)
        {
            Environment.SetEnvironmentVariable(variable, null);
        }
    }

    [Fact]
    public async Task Options_AreRead()
    {
        await RunAsync("-l", "https://:4673", "--tls-cert", "a.crt", "--tls-key", "a.key", "--tls-client-ca", "ca.crt");

        _read!.Tls.Should().Be(new TlsFiles("a.crt", "a.key", "ca.crt"));
    }

    [Fact]
    public async Task Environment_IsTheDefault()
    {
        foreach (var variable in Variables)
        {
            Environment.SetEnvironmentVariable(variable, variable);
        }

        await RunAsync("-l", "https://:4673", "--tls-key", "a.key");

        _read!.Tls.Should().Be(new TlsFiles("GORB_TLS_CERT", "a.key", "GORB_TLS_CLIENT_CA"));
    }

    [Fact]
    public void Environment_IsOfTheDaemonOnly()
    {
        Environment.SetEnvironmentVariable(TlsArguments.CertificateVariable, "a.crt");

        Root().Parse(["get"]).Errors.Should().BeEmpty();
        Root().Parse([]).Errors.Select(error => error.Message).Should().Equal("--tls-cert is given, and no listener uses it: add -l https://:4673.");
    }

    [Fact]
    public async Task WithoutTls_ThereAreNoFiles()
    {
        await RunAsync("-l", ":4672");

        _read!.Tls.Should().BeNull();
    }

    [Theory]
    [InlineData("-l https://... needs --tls-cert FILE and --tls-key FILE; \"gorb cert server NAME ADDRESS\" makes them.", "-l", "https://:4673")]
    [InlineData("-l https://... needs --tls-cert FILE and --tls-key FILE; \"gorb cert server NAME ADDRESS\" makes them.", "-l", "https://:4673", "--tls-cert", "a.crt")]
    [InlineData("--tls-cert is given, and no listener uses it: add -l https://:4673.", "--tls-cert", "a.crt", "--tls-key", "a.key")]
    [InlineData("--tls-client-ca is given, and no listener uses it: add -l https://:4673.", "-l", ":4672", "--tls-client-ca", "ca.crt")]
    public void OptionsThatDoNotFit_AreNamed(string problem, params string[] words) => Root().Parse(words).Errors.Select(error => error.Message).Should().Equal(problem);

    private async Task RunAsync(params string[] words) => (await Root().Parse(words).InvokeAsync(cancellationToken: TestContext.Current.CancellationToken)).Should().Be(0);

    private System.CommandLine.RootCommand Root() => GorbCommand.Create(
        (options, _) =>
        {
            _read = options;
            return Task.FromResult(0);
        },
        static (_, _, _) => Task.FromResult(0));
}
