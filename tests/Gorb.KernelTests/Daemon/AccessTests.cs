using System.Net;
using Gorb.KernelTests.Lab;

namespace Gorb.KernelTests.Daemon;

/// <summary>Who reaches the API from where, with real connections: from this host, from a client's host, and over the Unix socket.</summary>
public sealed class AccessTests : OwnDaemonTest
{
    private const string Token = "a-token-of-44-characters-in-a-file-of-root--";

    /// <summary>The director's own address in the network of the client.</summary>
    private const string Director = "10.9.0.1";

    /// <summary>In memory: a lab kernel's root file system (9p) takes no sockets.</summary>
    private const string Socket = "/run/gorb-access-tests.sock";

    private string TokenFile => Path.Combine(Directory, "token");

    public AccessTests()
    {
        File.WriteAllText(TokenFile, Token);
        File.SetUnixFileMode(TokenFile, UnixFileMode.UserRead);
    }

    [Fact]
    public async Task Clients_HaveTheRoleOfTheirConnection()
    {
        await using var gorb = await GorbProcess.StartAsync("-l", $"{Director}:14599", "-l", $"unix:{Socket}", "--token-file", TokenFile);

        (await gorb.SendAsync(HttpMethod.Get, "/service")).StatusCode.Should().Be(HttpStatusCode.OK, "this host needs no token");
        FromClient("/service").Should().Be("401");
        FromClient("/healthz").Should().Be("200");
        FromClient("/service", "-H", "Authorization: Bearer wrong").Should().Be("401");
        FromClient("/service/web", "-H", $"Authorization: Bearer {Token}", "-X", "PUT", "-d", """{"host": "10.9.0.100", "port": 80}""").Should().Be("200");
        Status("/service/web", "--unix-socket", Socket, "-X", "DELETE").Should().Be("200", "root is an admin");
        (await VerbResult.RunAsync("", "token", "create", "ci", "--role", "read", "-s", $"unix:{Socket}")).Output.Should().StartWith("gorb_");
        Shell.Run("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "sh", "-c", $"curl -s --unix-socket {Socket} http://localhost/service || echo status $?")
            .Should().Be("status 7\n", "the socket admits neither other users nor other groups");
    }

    [Fact]
    public async Task ListenerForOthers_NeedsATokenOrAWord()
    {
        var refused = await VerbResult.RunAsync("", "-l", $"{Director}:14598", "--state", "none");
        refused.Status.Should().Be(1);
        refused.Errors.Should().Contain($"other hosts can reach {Director}:14598").And.Contain("--insecure");

        await using var gorb = await GorbProcess.StartAsync("-l", $"{Director}:14598", "--insecure");
        FromClient("/service", 14598).Should().Be("200");
    }

    private static string FromClient(string path, params string[] options) => FromClient(path, 14599, options);

    private static string FromClient(string path, int port, params string[] options) =>
        Shell.Run("ip", ["netns", "exec", NetworkNamespace.Client, "curl", "-s", "-o", "/dev/null", "-w", "%{http_code}", .. options, $"http://{Director}:{port}{path}"]);

    private static string Status(string path, params string[] options) => Shell.Run("curl", ["-s", "-o", "/dev/null", "-w", "%{http_code}", .. options, $"http://localhost{path}"]);
}
