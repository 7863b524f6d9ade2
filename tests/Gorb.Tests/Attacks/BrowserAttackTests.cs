namespace Gorb.Tests.Attacks;

/// <summary>Pages of other sites that command a browser of root on the daemon's host, and requests that lie about where they come from.</summary>
public sealed class BrowserAttackTests(AttackedDaemon daemon) : AttackTest(daemon)
{
    private const string Agent = "User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0";
    private const string Evil = "Origin: http://evil.example";
    private const string Rebinding = "DNS rebinding";
    private const string OtherSite = "pages of other sites cannot use the API";
    private const string Forms = "forms change nothing";
    private const string Malformed = "malformed";

    private static readonly Attack[] All =
    [
        new("Rebinding: a foreign name on loopback", From.Root, Attack.Put(Agent, "Host: evil.example:4672"), 403, Rebinding),
        new("Rebinding: without a browser's headers", From.Root, Attack.Put("Host: evil.example"), 403, Rebinding),
        new("Rebinding: its own Origin", From.Root, Attack.Put(Agent, "Host: evil.example", Evil, "Sec-Fetch-Site: same-origin"), 403, Rebinding),
        new("Rebinding: reading the table", From.Root, Attack.Of("GET", "/config", null, Agent, "Host: evil.example"), 403, Rebinding),
        new("Rebinding: a name that begins like localhost", From.Root, Attack.Put(Agent, "Host: localhost.evil.example"), 403, Rebinding),
        new("Rebinding: a trailing dot", From.Root, Attack.Put(Agent, "Host: evil.example."), 403, Rebinding),
        new("Rebinding: a foreign address", From.Root, Attack.Put(Agent, "Host: 203.0.113.7:4672"), 403, Rebinding),
        new("Rebinding: X-Forwarded-Host names localhost", From.Root, Attack.Put(Agent, "Host: evil.example", "X-Forwarded-Host: localhost", "Forwarded: host=localhost"), 403, Rebinding),
        new("Rebinding: a browser on another host, by a foreign name", From.Lan, Attack.Put(Agent, "Host: evil.example", "Authorization: Bearer $admin"), 403, Rebinding),
        new("Host: none", From.Root, "PUT /service/evil HTTP/1.1\r\nContent-Length: 2\r\n\r\n{}", 400, Malformed),
        new("Host: two", From.Root, "PUT /service/evil HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\nContent-Length: 2\r\n\r\n{}", 400, Malformed),
        new("Host: with a path", From.Root, Attack.Put("Host: localhost/evil.example"), 400, Malformed),
        new("Host: with a user", From.Root, Attack.Put("Host: localhost@evil.example"), 400, Malformed),
        new("Host: of the request line differs", From.Root, Attack.Of("PUT", "http://evil.example/service/evil", Attack.Service), 400, Malformed),
        new("Host: absolute form of a foreign name", From.Root, Attack.Of("PUT", "http://evil.example/service/evil", Attack.Service, "Host: evil.example"), 403, Rebinding),
        new("Proxy: CONNECT", From.Root, "CONNECT 10.9.0.21:80 HTTP/1.1\r\nHost: 10.9.0.21:80\r\nConnection: close\r\n\r\n", 403, Rebinding),
        new("Proxy: a request for another host", From.Lan, Attack.Of("GET", "http://169.254.169.254/latest/meta-data", null, "Host: 169.254.169.254"), 404, "there is nothing at /latest/meta-data"),
        new("CSRF: urlencoded form", From.Root, Form("application/x-www-form-urlencoded", Evil), 403, OtherSite),
        new("CSRF: multipart form", From.Root, Form("multipart/form-data; boundary=x", Evil), 403, OtherSite),
        new("CSRF: text/plain form that is JSON", From.Root, Form("text/plain", Evil), 403, OtherSite),
        new("CSRF: form of an old browser, without Origin", From.Root, Form("application/x-www-form-urlencoded"), 403, Forms),
        new("CSRF: text/plain without Origin", From.Root, Form("text/plain;charset=UTF-8"), 403, Forms),
        new("CSRF: no content type, without Origin", From.Root, Attack.Of("POST", "/tokens", """{"name": "me", "role": "admin"}""", Agent), 403, Forms),
        new("CSRF: a form with ?_method=PUT", From.Root, Attack.Of("POST", "/service/evil?_method=PUT", Attack.Service, Agent, "Content-Type: text/plain"), 403, Forms),
        new("CSRF: method override headers", From.Root, Attack.Of("POST", Attack.Target, Attack.Service, "X-HTTP-Method-Override: PUT", "X-Method-Override: PUT", "X-HTTP-Method: PUT"), 405, "POST is not possible"),
        new("CSRF: GET that would delete", From.Root, Attack.Of("GET", "/service/web?_method=DELETE"), 400, "not a query member"),
        new("CSRF: fetch with no-cors", From.Root, Form("text/plain", Evil, "Sec-Fetch-Site: cross-site", "Sec-Fetch-Mode: no-cors"), 403, OtherSite),
        new("CSRF: JSON from a foreign origin", From.Root, Attack.Put(Agent, Evil, "Content-Type: application/json"), 403, OtherSite),
        new("CSRF: beacon", From.Root, Attack.Of("POST", "/tokens", """{"name": "me", "role": "admin"}""", Agent, "Sec-Fetch-Site: cross-site", "Content-Type: application/json"), 403, "cannot use the API"),
        new("CSRF: Origin null of a sandboxed frame", From.Root, Attack.Put(Agent, "Origin: null"), 403, OtherSite),
        new("CSRF: Origin of another port of this host", From.Root, Attack.Put(Agent, "Origin: http://localhost:3000"), 403, OtherSite),
        new("CSRF: two Origins", From.Root, Attack.Put(Agent, "Origin: http://localhost", Evil), 403, OtherSite),
        new("CSRF: Sec-Fetch-Site same-site", From.Root, Attack.Put(Agent, "Sec-Fetch-Site: same-site"), 403, "Sec-Fetch-Site"),
        new("CSRF: image that reads", From.Root, Attack.Of("GET", "/config", null, Agent, "Sec-Fetch-Site: cross-site", "Sec-Fetch-Mode: no-cors", "Sec-Fetch-Dest: image"), 403, "Sec-Fetch-Site"),
        new("CORS: preflight", From.Root, Attack.Of("OPTIONS", Attack.Target, null, Agent, Evil, "Access-Control-Request-Method: PUT", "Access-Control-Request-Private-Network: true"), 403, OtherSite),
        new("CORS: preflight from another host", From.Lan, Attack.Of("OPTIONS", Attack.Target, null, Evil, "Host: gorb.example", "Access-Control-Request-Method: PUT"), 403, Rebinding),
        new("WebSocket: upgrade", From.Root, Attack.Of("GET", "/events", null, Agent, Evil, "Connection: Upgrade, close", "Upgrade: websocket", "Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA=="), 403, OtherSite),
    ];

    public static TheoryData<string> Cases => Names(All);

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Attack_IsRefused(string name) =>
        (await AssertRefusedAsync(Find(All, name))).Head.Should().NotContain(static line => line.StartsWith("Access-Control-", StringComparison.OrdinalIgnoreCase) || line.StartsWith("Set-Cookie", StringComparison.OrdinalIgnoreCase));

    private static string Form(string type, params string[] headers) => Attack.Of("PUT", Attack.Target, Attack.Service, [Agent, $"Content-Type: {type}", .. headers]);
}
