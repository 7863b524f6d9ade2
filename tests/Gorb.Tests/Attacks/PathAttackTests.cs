namespace Gorb.Tests.Attacks;

/// <summary>Paths and names that mean something else to one part of the daemon than to another. The client is root, so that only the path decides.</summary>
public sealed class PathAttackTests(AttackedDaemon daemon) : AttackTest(daemon)
{
    private const string Name = "must not hold slashes, percent signs, white space or control characters";
    private const string Nothing = "there is nothing at";
    private const string Malformed = "malformed";

    private static readonly Attack[] All =
    [
        new("Slash, encoded", From.Root, Put("/service/web%2fb2"), 400, Name),
        new("Slash, encoded twice", From.Root, Put("/service/web%252fb2"), 400, Name),
        new("Slash, as overlong UTF-8", From.Root, Put("/service/web%c0%afb2"), 400, Name),
        new("Backslash", From.Root, Put("/service/web\\b2"), 400, Name),
        new("Backslash, encoded", From.Root, Put("/service/web%5cb2"), 400, Name),
        new("Dots that leave the API", From.Root, Put("/../../etc/passwd"), 404, Nothing),
        new("Dots that are a name", From.Root, Put("/service/.."), 405, "PUT is not possible at /;"), // GET / leads to the page
        new("Dots, encoded", From.Root, Put("/service/%2e%2e/%2e%2e/etc/passwd"), 404, Nothing),
        new("Dots, encoded twice", From.Root, Put("/service/%252e%252e"), 400, Name),
        new("Dots with encoded slashes", From.Root, Put("/service/..%2f..%2fdb"), 400, Name),
        new("Documentation: dots", From.Root, Attack.Of("GET", "/docs/../../../etc/passwd"), 404, Nothing),
        new("Documentation: encoded dots and slashes", From.Root, Attack.Of("GET", "/docs/%2e%2e%2f%2e%2e%2f%2e%2e%2fetc%2fpasswd"), 404, Nothing),
        new("Documentation: backslashes", From.Root, Attack.Of("GET", "/docs/..\\..\\..\\etc\\passwd"), 404, Nothing),
        new("NUL, encoded", From.Root, Put("/service/web%00.txt"), 400, Malformed),
        new("NUL, as it is", From.Root, Put("/service/web\0"), 400, Malformed),
        new("Line break, encoded", From.Root, Put("/service/web%0d%0aX-Evil:1"), 400, Name),
        new("Escape sequence of a terminal", From.Root, Put("/service/%1b[2J"), 400, Name),
        new("Line separator of Unicode", From.Root, Put("/service/a%e2%80%a8b"), 400, Name),
        new("Very long name", From.Root, Put($"/service/{new string('a', 256)}"), 400, "1 to 255 are allowed"),
        new("Very many segments", From.Root, Put("/service" + string.Concat(Enumerable.Repeat("/a", 2000))), 404, Nothing),
        new("Case of a route", From.Lan, Put("/SERVICE/evil"), 401, "needs the role write"),
        new("Slash at the end, without a token", From.Lan, Put("/service/evil/"), 401, "needs the role write"),
        new("Two slashes, without a token", From.Lan, Put("//service/evil"), 404, Nothing),
        new("Parameter of a path, without a token", From.Lan, Put("/service;a=b/evil"), 404, Nothing),
        new("A method in small letters, without a token", From.Lan, Attack.Of("delete", "/service/web"), 401, "needs the role write"),
        new("TRACE", From.Root, Attack.Of("TRACE", "/service/web", null, "X-Secret: 1"), 405, "TRACE is not possible"),
        new("An open endpoint as a prefix, without a token", From.Lan, Attack.Of("GET", "/healthz/../config"), 401, "needs the role read"),
        new("An open endpoint as a prefix, encoded, without a token", From.Lan, Attack.Of("GET", "/docs/%2e%2e/config"), 401, "needs the role read"),
        new("An open endpoint as an ending, without a token", From.Lan, Attack.Of("GET", "/config/healthz"), 404, Nothing),
        new("A fragment, without a token", From.Lan, Attack.Of("GET", "/config#/healthz"), 404, Nothing),
    ];

    public static TheoryData<string> Cases => Names(All);

    [Theory]
    [MemberData(nameof(Cases))]
    public Task Attack_IsRefused(string name) => AssertRefusedAsync(Find(All, name));

    private static string Put(string path) => Attack.Of("PUT", path, Attack.Service);
}
