using System.CommandLine;
using Gorb.Cli;

namespace Gorb.Tests.Cli;

public sealed class DaemonUrlTests
{
    [Theory]
    [InlineData("127.0.0.1:4672", "http://127.0.0.1:4672/")]
    [InlineData("lb.example:4672", "http://lb.example:4672/")]
    [InlineData("[::1]:4672", "http://[::1]:4672/")]
    [InlineData("https://lb.example", "https://lb.example/")]
    [InlineData("unix:/run/gorb/gorb.sock", "unix:/run/gorb/gorb.sock")]
    public void Parse_HostAndPortOrUrl_IsAUrl(string text, string url) => DaemonUrl.Parse(text)!.ToString().Should().Be(url);

    [Theory]
    [InlineData("")]
    [InlineData(":4672")]
    [InlineData("ftp://lb.example")]
    [InlineData("lb example:4672")]
    [InlineData("lb:99999")]
    [InlineData("unix:relative")]
    public void Parse_AnythingElse_IsNull(string text) => DaemonUrl.Parse(text).Should().BeNull();

    [Theory]
    [InlineData("get", "-s", "lb.example:4672")]
    [InlineData("apply", "gorb.yaml", "--server", "http://lb.example:4672")]
    [InlineData("diff", "-", "-s", "lb.example:4672")]
    public void VerbThatAsksADaemon_TakesItsAddress(params string[] words)
    {
        var parsed = GorbCommand.Create((_, _) => Task.FromResult(0), (_, _, _) => Task.FromResult(0)).Parse(words);

        parsed.Errors.Should().BeEmpty();
        parsed.GetValue<Uri>("--server").Should().Be(new Uri("http://lb.example:4672/"));
    }

    [Fact]
    public void EveryVerbThatAsksADaemon_TakesATokenAndCertificates()
    {
        var root = GorbCommand.Create((_, _) => Task.FromResult(0), (_, _, _) => Task.FromResult(0));

        foreach (var option in new[] { "--token-file", "--ca", "--cert", "--key" })
        {
            AllOf(root).Where(verb => Has(verb, "--server") && !Has(verb, option)).Select(verb => verb.Name).Should().BeEmpty();
        }

        static bool Has(Command verb, string option) => verb.Options.Any(one => one.Name == option);
        static IEnumerable<Command> AllOf(Command verb) => [verb, .. verb.Subcommands.SelectMany(AllOf)];
    }
}
