using Gorb.Cli;
using Gorb.Cli.Contexts;
using Gorb.Tests.Health.Probes;

namespace Gorb.Tests.Cli;

/// <summary>Names for daemons. The environment belongs to the whole process, so this runs alone.</summary>
[Collection(Alone.Name)]
public sealed class ContextTests : VerbTest
{
    private const string ConfigHome = "XDG_CONFIG_HOME";

    private readonly DirectoryInfo _home = Directory.CreateTempSubdirectory("gorb-context-");

    public ContextTests()
    {
        Environment.SetEnvironmentVariable(ConfigHome, _home.FullName);
        Environment.SetEnvironmentVariable(DaemonUrl.Variable, null);
    }

    public override async ValueTask DisposeAsync()
    {
        Environment.SetEnvironmentVariable(ConfigHome, null);
        Environment.SetEnvironmentVariable(DaemonUrl.Variable, null);
        _home.Delete(recursive: true);
        await base.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task AContext_NamesTheDaemon_WhereItIsUsedOrNamed()
    {
        (await RunAsync("context", "add", "lab", Server, "--token-file", "token")).Status.Should().Be(0);
        (await RunAsync("context", "add", "gone", Nobody)).Status.Should().Be(0);
        (await RunAsync("get", "services", "--context", "gone")).Status.Should().Be(3);

        await File.WriteAllTextAsync(Path.GetFullPath("token"), "x", TestContext.Current.CancellationToken);
        File.SetUnixFileMode(Path.GetFullPath("token"), UnixFileMode.UserRead | UnixFileMode.UserWrite);
        (await RunAsync("get", "services", "--context", "lab")).Status.Should().Be(4, "its token is sent, and the daemon knows no such token");
        File.Delete(Path.GetFullPath("token"));

        (await RunAsync("context", "add", "lab", Server)).Status.Should().Be(0);
        (await RunAsync("context", "use", "lab")).Status.Should().Be(0);
        (await RunAsync("get", "services")).Status.Should().Be(0);
        (await RunAsync("context", "list")).Output.Should().MatchRegex("(?m)^lab +\\* +http").And.MatchRegex("(?m)^gone +- +127");
    }

    [Fact]
    public async Task TheEnvironmentAndOptions_ComeFirst()
    {
        await RunAsync("context", "add", "gone", Nobody);
        await RunAsync("context", "use", "gone");

        (await AskAsync("get", "services")).Status.Should().Be(0);
        Environment.SetEnvironmentVariable(DaemonUrl.Variable, Server);
        (await RunAsync("get", "services")).Status.Should().Be(0);
        (await RunAsync("get", "services", "--context", "gone")).Status.Should().Be(3);
    }

    [Fact]
    public async Task AContextThatIsRemoved_IsUsedNoMore()
    {
        await RunAsync("context", "add", "lab", Server);
        await RunAsync("context", "use", "lab");

        (await RunAsync("context", "rm", "lab")).Should().Be(new Ran(0, "", ""));

        (await RunAsync("context", "list")).Output.Should().NotContain("lab");
        (await RunAsync("get", "services", "--context", "lab")).Should().Match<Ran>(ran => ran.Status == 2 && ran.Errors.StartsWith("there is no context 'lab'; known are default"));
    }

    /// <summary>Who could write the file would get the tokens.</summary>
    [Fact]
    public async Task TheFile_IsItsUsersAlone()
    {
        await RunAsync("context", "add", "lab", Server);
        File.GetUnixFileMode(ContextFile.Path).Should().Be(UnixFileMode.UserRead | UnixFileMode.UserWrite);

        File.SetUnixFileMode(ContextFile.Path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupWrite);
        (await RunAsync("context", "use", "lab")).Should().Match<Ran>(ran => ran.Status == 2 && ran.Errors.Contains("chmod 600"));
    }

    [Fact]
    public async Task AFileOfAnotherProgram_IsNamed()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(ContextFile.Path)!);
        await File.WriteAllTextAsync(ContextFile.Path, "no JSON", TestContext.Current.CancellationToken);

        (await RunAsync("get", "services")).Should().Match<Ran>(ran => ran.Status == 2 && ran.Errors.Contains(ContextFile.Path));
        (await AskAsync("get", "services")).Status.Should().Be(0, "the option needs no context");
    }

    [Theory]
    [InlineData("context", "add", "default", "127.0.0.1:1")]
    [InlineData("context", "add", "lab", "ftp://lb")]
    [InlineData("context", "use", "no-such")]
    [InlineData("context", "rm", "no-such")]
    [InlineData("get", "services", "--context", "default", "-s", "127.0.0.1:1")]
    public async Task WrongWords_Are2(params string[] words) => (await RunAsync(words)).Should().Match<Ran>(ran => ran.Status == 2 && ran.Errors.Length > 0);
}
