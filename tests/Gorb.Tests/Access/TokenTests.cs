using System.Net;
using System.Text;
using Gorb.Access;
using Gorb.Client;
using Gorb.Model;
using Gorb.Tests.Api;

namespace Gorb.Tests.Access;

/// <summary>The life of tokens: created, used, expired, revoked, kept.</summary>
public sealed class TokenTests : TokenTest
{
    [Fact]
    public async Task Token_CountsAtOnce_UntilItIsRevoked()
    {
        var token = await CreateAsync("ci", "read");
        (await StatusAsync(token, HttpMethod.Get, "/service")).Should().Be(HttpStatusCode.OK);

        await DoneAsync(Admin, HttpMethod.Delete, "/tokens/ci");

        (await RefusalAsync(HttpStatusCode.Unauthorized, token, HttpMethod.Get, "/service")).Should().Be("the request needs the role read, and its token is unknown, revoked or expired");
        await RefusalAsync(HttpStatusCode.NotFound, Admin, HttpMethod.Delete, "/tokens/ci");
    }

    [Fact]
    public async Task Token_Ends_WhenItsTimeIsUp()
    {
        var token = await CreateAsync("ci", "read", ", \"expires\": \"90d\"");
        _time.SetHost(TimeSpan.FromDays(90) - TimeSpan.FromSeconds(1));
        (await StatusAsync(token, HttpMethod.Get, "/service")).Should().Be(HttpStatusCode.OK);

        _time.SetHost(TimeSpan.FromSeconds(1));

        (await StatusAsync(token, HttpMethod.Get, "/service")).Should().Be(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task Token_SurvivesARestart_AndItsSecretIsNotKept()
    {
        var token = await CreateAsync("ci", "read");

        await RestartAsync(() => _file.Everything().Values.Should().NotContain(content => Encoding.Latin1.GetString(content).Contains(token)));

        (await StatusAsync(token, HttpMethod.Get, "/service")).Should().Be(HttpStatusCode.OK);
    }

    [Fact]
    public async Task RevokedToken_StaysRevoked_AfterARestart()
    {
        var token = await CreateAsync("ci", "read");
        await DoneAsync(Admin, HttpMethod.Delete, "/tokens/ci");

        await RestartAsync();

        (await StatusAsync(token, HttpMethod.Get, "/service")).Should().Be(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task List_ShowsRoleScopeAndLastUse_AndNoSecret()
    {
        var token = await CreateAsync("ci", "operate", ", \"services\": [\"web*\"], \"expires\": \"12h\"");
        await DoneAsync(token, HttpMethod.Get, "/service");

        using var answer = await SendAsync(Admin, HttpMethod.Get, "/tokens");
        var text = await answer.Content.ReadAsStringAsync(Stop);
        text.Should().NotContain(token).And.NotContain(Convert.ToHexStringLower(TokenSecret.Hash(token)));
        var shown = (await TestDaemon.JsonAsync(answer)).EnumerateArray().Single();
        shown.GetProperty("name").GetString().Should().Be("ci");
        shown.GetProperty("role").GetString().Should().Be("operate");
        shown.GetProperty("services")[0].GetString().Should().Be("web*");
        shown.GetProperty("last_used").GetDateTimeOffset().Should().Be(_time.GetUtcNow());
        (shown.GetProperty("expires").GetDateTimeOffset() - shown.GetProperty("created").GetDateTimeOffset()).Should().Be(TimeSpan.FromHours(12));
    }

    /// <summary>The time of the last use is saved once an hour, so that reading does not write.</summary>
    [Fact]
    public async Task LastUse_IsKept()
    {
        var token = await CreateAsync("ci", "read");
        await DoneAsync(token, HttpMethod.Get, "/service");
        var used = _time.GetUtcNow();
        await DoneAsync(Admin, HttpMethod.Put, "/service/after", """{"host": "10.9.0.104", "port": 80}"""); // the writer has the use before this

        await RestartAsync();

        using var answer = await SendAsync(Admin, HttpMethod.Get, "/tokens");
        (await TestDaemon.JsonAsync(answer))[0].GetProperty("last_used").GetDateTimeOffset().Should().Be(used);
    }

    [Fact]
    public async Task Body_IsRefusedWithAllProblems()
    {
        using var answer = await SendAsync(Admin, HttpMethod.Post, "/tokens", """{"name": "a b", "role": "root", "services": ["a/b"], "expires": "soon", "what": 1}""");

        answer.StatusCode.Should().Be(HttpStatusCode.BadRequest);
        (await TestDaemon.JsonAsync(answer)).GetProperty("details").EnumerateArray().Select(detail => detail.GetProperty("field").GetString())
            .Should().BeEquivalentTo("name", "role", "services", "expires", "what");
    }

    [Theory]
    [InlineData("checks")]
    [InlineData("127.0.0.1")]
    [InlineData("token-file")]
    public async Task NameOfAnotherActor_IsRefused(string name) =>
        await RefusalAsync(HttpStatusCode.BadRequest, Admin, HttpMethod.Post, "/tokens", $$"""{"name": "{{name}}", "role": "read"}""");

    [Fact]
    public async Task SecondTokenOfAName_IsRefused()
    {
        await CreateAsync("ci", "read");

        await RefusalAsync(HttpStatusCode.Conflict, Admin, HttpMethod.Post, "/tokens", """{"name": "ci", "role": "admin"}""");
    }

    [Fact]
    public async Task Secret_IsNotCached()
    {
        using var answer = await SendAsync(Admin, HttpMethod.Post, "/tokens", """{"name": "ci", "role": "read"}""");

        answer.Headers.CacheControl!.NoStore.Should().BeTrue();
    }

    [Fact]
    public async Task TokenFile_IsReadAgain()
    {
        const string Next = "another-admin-token-of-more-than-32-characters";
        WriteSecret(Next);
        _daemon.Service<FileToken>().Reload();

        (await StatusAsync(Next, HttpMethod.Get, "/service")).Should().Be(HttpStatusCode.OK);
        (await StatusAsync(Admin, HttpMethod.Get, "/service")).Should().Be(HttpStatusCode.Unauthorized);

        WriteSecret("short");
        _daemon.Service<FileToken>().Reload();
        (await StatusAsync(Next, HttpMethod.Get, "/service")).Should().Be(HttpStatusCode.OK, "a file that cannot be used changes nothing");
    }

    [Theory]
    [InlineData("a-long-enough-token-that-anyone-can-read", UnixFileMode.UserRead | UnixFileMode.OtherRead, "chmod 600")]
    [InlineData("a-long-enough-token-that-anyone-can-write", UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupWrite, "chmod 600")]
    [InlineData("short", UnixFileMode.UserRead | UnixFileMode.UserWrite, "32 random ones are needed")]
    [InlineData("", UnixFileMode.UserRead | UnixFileMode.UserWrite, "is empty")]
    public async Task TokenFile_ThatIsNoSecret_StopsTheStart(string secret, UnixFileMode mode, string reason)
    {
        await using var daemon = new TestDaemon { TokenFile = SecretPath };
        WriteSecret(secret);
        File.SetUnixFileMode(SecretPath, mode);

        (await daemon.Awaiting(one => one.InitializeAsync().AsTask()).Should().ThrowAsync<SettingException>()).Which.Message.Should().Contain(SecretPath).And.Contain(reason);
    }

    [Fact]
    public async Task Client_SendsItsToken()
    {
        using var client = new GorbClient(_daemon.Http.BaseAddress!, TimeSpan.FromSeconds(100), token: await CreateAsync("ci", "read"));

        (await client.SendAsync(new GorbRequest(HttpMethod.Get, "/service") { Answer = GorbRequest.Json }, Stop)).Should().Contain("web");
    }
}
