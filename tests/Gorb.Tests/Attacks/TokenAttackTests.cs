namespace Gorb.Tests.Attacks;

/// <summary>Other hosts and other users without a token that suffices.</summary>
public sealed class TokenAttackTests(AttackedDaemon daemon) : AttackTest(daemon)
{
    private const string NoToken = "the request needs the role write, and has no token";
    private const string WrongToken = "its token is unknown, revoked or expired";

    private static readonly Attack[] All =
    [
        new("LAN, IPv4, no token", From.Lan, Attack.Put(), 401, NoToken),
        new("LAN, IPv6, no token", From.LanV6, Attack.Put(), 401, NoToken),
        new("LAN, mapped address, no token", From.LanMapped, Attack.Put(), 401, NoToken),
        new("LAN, DELETE without token", From.Lan, Attack.Of("DELETE", "/service/web"), 401, NoToken),
        new("LAN, PATCH of a weight without token", From.Lan, Attack.Of("PATCH", "/service/web/b1", """{"weight": 0}"""), 401, "needs the role operate"),
        new("LAN, document without token", From.Lan, Attack.Of("PUT", "/config", """{"services": {}}"""), 401, NoToken),
        new("LAN, new token without token", From.Lan, Attack.Of("POST", "/tokens", """{"name": "me", "role": "admin"}"""), 401, "needs the role admin"),
        new("LAN, reading without token", From.Lan, Attack.Of("GET", "/config"), 401, "needs the role read"),
        new("LAN, unknown token", From.Lan, Attack.Put("Authorization: Bearer $unknown"), 401, WrongToken),
        new("LAN, revoked token, replayed", From.Lan, Attack.Put("Authorization: Bearer $revoked"), 401, WrongToken),
        new("LAN, expired token", From.Lan, Attack.Put("Authorization: Bearer $expired"), 401, WrongToken),
        new("LAN, beginning of a token", From.Lan, Attack.Put("Authorization: Bearer an-admin-token-of-44-characters-for-the-tes"), 401, WrongToken),
        new("LAN, empty token", From.Lan, Attack.Put("Authorization: Bearer "), 401, "no token"),
        new("LAN, token with another case", From.Lan, Attack.Put("Authorization: Bearer AN-ADMIN-TOKEN-OF-44-CHARACTERS-FOR-THE-TEST"), 401, WrongToken),
        new("LAN, hash of a token", From.Lan, Attack.Put("Authorization: Bearer 0f343b0931126a20f133d67c2b018a3b5e2f0ea4b0ddf0b5f0c1e2b1c1e0d0aa"), 401, WrongToken),
        new("LAN, token in the query", From.Lan, Attack.Of("PUT", $"{Attack.Target}?access_token=$admin", Attack.Service), 401, NoToken),
        new("LAN, token in a cookie", From.Lan, Attack.Put("Cookie: Authorization=$admin; token=$admin"), 401, NoToken),
        new("LAN, token in another header", From.Lan, Attack.Put("X-Authorization: Bearer $admin", "Proxy-Authorization: Bearer $admin"), 401, NoToken),
        new("LAN, basic authentication", From.Lan, Attack.Put("Authorization: Basic cm9vdDpyb290"), 401, NoToken),
        new("LAN, two Authorization headers, the right one last", From.Lan, Attack.Put("Authorization: Bearer $unknown", "Authorization: Bearer $admin"), 401, WrongToken),
        new("LAN, two Authorization headers, the right one first", From.Lan, Attack.Put("Authorization: Bearer $admin", "authorization: Bearer $unknown"), 401, WrongToken),
        new("LAN, folded Authorization header", From.Lan, Attack.Put("Authorization: Bearer\r\n $admin"), 400, "malformed"),
        new("LAN, reader writes", From.Lan, Attack.Put("Authorization: Bearer $reader"), 403, "needs the role write, and reader has the role read"),
        new("LAN, reader drains", From.Lan, Attack.Of("PATCH", "/service/web/b1", """{"drain": true}""", "authorization: bearer $reader"), 403, "needs the role operate"),
        new("LAN, operator writes", From.Lan, Attack.Put("Authorization: Bearer $operator"), 403, "needs the role write"),
        new("LAN, operator changes more than weights", From.Lan, Attack.Of("PATCH", "/service/web/b1", """{"host": "10.9.0.66"}""", "Authorization: Bearer $operator"), 403, "needs the role write"),
        new("LAN, editor makes itself an admin", From.Lan, Attack.Of("POST", "/tokens", """{"name": "me", "role": "admin"}""", "Authorization: Bearer $editor"), 403, "needs the role admin"),
        new("LAN, editor revokes an admin's token", From.Lan, Attack.Of("DELETE", "/tokens/reader", null, "Authorization: Bearer $editor"), 403, "needs the role admin"),
        new("Host, other user writes", From.OtherUser, Attack.Put(), 401, "it comes from uid 3999999999"),
        new("Host, other user reads", From.OtherUser, Attack.Of("GET", "/config"), 401, "it comes from uid 3999999999"),
        new("Host, other user with a revoked token", From.OtherUser, Attack.Put("Authorization: Bearer $revoked"), 401, WrongToken),
        new("Host, root's browser with a wrong token is not root", From.Root, Attack.Put("Authorization: Bearer $unknown"), 401, WrongToken),
        new("LAN, headers that name a user", From.Lan, Attack.Put("X-Remote-User: root", "X-Forwarded-User: root", "Remote-User: root"), 401, NoToken),
        new("LAN, headers that name loopback", From.Lan, Attack.Put("X-Forwarded-For: 127.0.0.1", "X-Real-IP: 127.0.0.1", "Forwarded: for=127.0.0.1", "X-Client-IP: ::1", "True-Client-IP: 127.0.0.1"), 401, NoToken),
        new("Host, other user with headers that name root", From.OtherUser, Attack.Put("X-Forwarded-For: 127.0.0.1", "X-Remote-User: root"), 401, "it comes from uid"),
    ];

    public static TheoryData<string> Cases => Names(All);

    [Theory]
    [MemberData(nameof(Cases))]
    public Task Attack_IsRefused(string name) => AssertRefusedAsync(Find(All, name));

    /// <summary>The answers tell neither whether an object nor whether a token exists.</summary>
    [Fact]
    public async Task Refusals_TellNothing()
    {
        var answers = new HashSet<string>();
        foreach (var path in (string[])["/service/web", "/service/none"])
        {
            answers.Add(Body(await Daemon.SendAsync(From.Lan, Attack.Of("GET", path))));
        }

        answers.Should().ContainSingle("a service that exists is refused as one that does not");
        answers.Clear();
        foreach (var token in (string[])["$unknown", "$revoked", "$expired"])
        {
            answers.Add(Body(await Daemon.SendAsync(From.Lan, Attack.Of("GET", "/service/web", null, $"Authorization: Bearer {token}"))));
        }

        answers.Should().ContainSingle("an unknown token is refused as one that existed");
    }

    private static string Body(RawAnswer answer) => answer.Text[answer.Text.IndexOf("\r\n\r\n", StringComparison.Ordinal)..];
}
