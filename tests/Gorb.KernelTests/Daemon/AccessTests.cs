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
        var groups = Path.Combine(Directory, "group");
        await File.WriteAllTextAsync(groups, "gorb:x:990:daemon\n", TestContext.Current.CancellationToken);
        await using var gorb = await GorbProcess.StartUnderAsync(
            ["unshare", "-m", "sh", "-c", $"mount --bind {groups} /etc/group; exec \"$0\" \"$@\""],
            "-l", $"{Director}:14599", "-l", "[::1]:14599", "-l", ":14597", "-l", $"unix:{Socket}", "--token-file", TokenFile);

        (await gorb.SendAsync(HttpMethod.Get, "/service")).StatusCode.Should().Be(HttpStatusCode.OK, "root needs no token");
        await CheckUsersAsync(gorb);
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

    /// <summary>On loopback the kernel tells which user connects: over IPv4, IPv6, and IPv4 to a listener of both families.</summary>
    private static async Task CheckUsersAsync(GorbProcess gorb)
    {
        foreach (var url in (string[])[$"{gorb.Http.BaseAddress}".TrimEnd('/'), "http://[::1]:14599", "http://127.0.0.1:14597", "http://[::ffff:127.0.0.1]:14597"])
        {
            As(0, $"curl -g -s -o /dev/null -w '%{{http_code}}' {url}/tokens").Should().Be("200", $"root is an admin at {url}");
            As(1, $"curl -g -s -o /dev/null -w '%{{http_code}}' {url}/tokens").Should().Be("200", $"'daemon' is in the group gorb at {url}");
            As(65534, $"curl -g -s {url}/tokens").Should().Contain("it comes from uid 65534 (nobody)", $"others are told at {url}").And.Contain("usermod -aG gorb nobody");
            As(65534, $"curl -g -s -o /dev/null -w '%{{http_code}}' {url}/healthz").Should().Be("200");
        }

        await gorb.PutAsync("/service/kept", """{"host": "10.9.0.101", "port": 80}""");
        As(65534, $"for i in 1 2 3 4 5 6 7 8; do printf 'DELETE /service/kept HTTP/1.1\r\nHost: localhost\r\n\r\n' >/dev/tcp/127.0.0.1/{gorb.Http.BaseAddress!.Port}; done");
        (await gorb.SendAsync(HttpMethod.Get, "/service/kept")).StatusCode.Should().Be(HttpStatusCode.OK, "a client that closes its socket at once does not become root");
        await gorb.DeleteAsync("/service/kept");
    }

    private static string As(int user, string command) => Shell.Run("setpriv", $"--reuid={user}", $"--regid={user}", "--clear-groups", "bash", "-c", command);

    private static string FromClient(string path, params string[] options) => FromClient(path, 14599, options);

    private static string FromClient(string path, int port, params string[] options) =>
        Shell.Run("ip", ["netns", "exec", NetworkNamespace.Client, "curl", "-s", "-o", "/dev/null", "-w", "%{http_code}", .. options, $"http://{Director}:{port}{path}"]);

    private static string Status(string path, params string[] options) => Shell.Run("curl", ["-s", "-o", "/dev/null", "-w", "%{http_code}", .. options, $"http://localhost{path}"]);
}
