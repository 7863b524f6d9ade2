namespace Gorb.Tests.Attacks;

/// <summary>A client whose token is for the services web* tries to see or change the service db.</summary>
public sealed class ScopeAttackTests(AttackedDaemon daemon) : AttackTest(daemon)
{
    private const string Outside = "the request concerns a service outside the scope of web, which is for web*";
    private const string Whole = "the request concerns the host as a whole";
    private const string Name = "must not hold slashes, percent signs, white space or control characters";
    private const string Db = """{"host": "10.9.0.101", "port": 5432}""";
    private const string Backend = """{"host": "10.9.0.66", "port": 5432}""";

    private static readonly Attack[] All =
    [
        Scoped("Change of the service", "PUT", "/service/db", Db, 403, Outside),
        Scoped("Removal", "DELETE", "/service/db", null, 403, Outside),
        Scoped("Removal of a service that is not there", "DELETE", "/service/none", null, 403, Outside),
        Scoped("Backend of the service", "PUT", "/service/db/evil", Backend, 403, Outside),
        Scoped("Reading", "GET", "/service/db", null, 403, Outside),
        Scoped("Name with an encoded slash", "PUT", "/service/web%2f..%2fdb", Db, 400, Name),
        Scoped("Name with a slash encoded twice", "PUT", "/service/web%252f..%252fdb", Db, 400, Name),
        Scoped("Path that a server could normalize", "DELETE", "/service/web/../db", null, 403, Outside),
        Scoped("Path with encoded dots", "DELETE", "/service/web/%2e%2e/db", null, 403, Outside),
        Scoped("Name with other letters of Unicode", "DELETE", "/service/%ef%bd%84%ef%bd%82", null, 403, Outside),
        Scoped("Name in capitals", "PUT", "/service/WEB-2", Db, 403, Outside),
        Scoped("Another service replaced", "PUT", "/service/web-2?replaces=db", Db, 403, Outside),
        Scoped("Another service replaced, with the name encoded", "PUT", "/service/web-2?%72eplaces=d%62", Db, 403, Outside),
        Scoped("Another service replaced, with the member in capitals", "PUT", "/service/web-2?REPLACES=db", Db, 403, Outside),
        Scoped("Another service replaced, beside an own one", "PUT", "/service/web-2?replaces=web&replaces=db", Db, 409, "another service already stands at"),
        Scoped("Another service replaced, before an own one", "PUT", "/service/web-2?replaces=db&replaces=web", Db, 403, Outside),
        Scoped("Address of another service", "PUT", "/service/web-2", Db, 409, "another service already stands at tcp/10.9.0.101:5432"),
        Scoped("Own service moved to the address of another", "PATCH", "/service/web", Db, 409, "another service already stands at tcp/10.9.0.101:5432"),
        Scoped("Document with the service", "PUT", "/config?prune=false", With("""{"services": {"db": @}}""", Db), 403, Outside),
        Scoped("Document that leaves it out", "PUT", "/config", """{"services": {"web": {"host": "10.9.0.100", "port": 80}}}""", 403, Outside),
        Scoped("Document with an entry of another source", "PUT", "/config?prune=false", """{"services": {"db": {"source": "api", "host": "10.9.0.66", "port": 1}}}""", 403, Outside),
        Scoped("Document with the service's name escaped", "PUT", "/config?prune=false", With("""{"services": {"\u0064b": @}}""", Db), 403, Outside),
        Scoped("Document with the services twice", "PUT", "/config?prune=false", With("""{"services": {}, "services": {"db": @}}""", Db), 403, Outside),
        Scoped("Document with the services twice, the last without it", "PUT", "/config?prune=false", With("""{"services": {"db": @}, "services": {}}""", Db), 400, "twice"),
        Scoped("Document in YAML", "PUT", "/config?prune=false", "services:\n  db: {host: 10.9.0.66, port: 1}\n", 403, Outside),
        Scoped("Source of its own that joins the service", "PUT", "/config?source=evil", With("""{"services": {"db": {"backends": {"evil": @}}}}""", Backend), 403, Outside),
        Scoped("Source of its own that waits for a service", "PUT", "/config?source=evil", With("""{"services": {"none": {"backends": {"evil": @}}}}""", Backend), 403, Outside),
        Scoped("Withdrawal of another source's part", "PUT", "/config?source=api", """{"services": {}}""", 403, Outside),
        Scoped("Comparison that shows the service", "POST", "/config/diff", """{"services": {"db": {}}}""", 403, Outside),
        Scoped("Comparison that shows what is missing", "POST", "/config/diff", """{"services": {}}""", 403, Outside),
        Scoped("Kernel's table", "GET", "/ipvs", null, 403, Whole),
        Scoped("Events of all services", "GET", "/events", null, 403, Whole),
        Scoped("Metrics of all services", "GET", "/metrics", null, 403, Whole),
        Scoped("Sources", "GET", "/sources", null, 403, Whole),
        Scoped("Kernel settings", "DELETE", "/sysctl", null, 403, "needs the role admin"),
        Scoped("Tokens", "GET", "/tokens", null, 403, "needs the role admin"),
        Scoped("Audit", "GET", "/audit", null, 403, "needs the role admin"),
    ];

    public static TheoryData<string> Cases => Names(All);

    [Theory]
    [MemberData(nameof(Cases))]
    public Task Attack_IsRefused(string name) => AssertRefusedAsync(Find(All, name));

    [Fact]
    public async Task Document_ShowsOwnServicesOnly() =>
        (await Daemon.SendAsync(From.Lan, Attack.Of("GET", "/config?source=api", null, "Authorization: Bearer $web"))).Text.Should().Contain("10.9.0.100").And.NotContain("10.9.0.101");

    private static string With(string document, string part) => document.Replace("@", part, StringComparison.Ordinal);

    private static Attack Scoped(string name, string method, string path, string? body, int status, string text) =>
        new(name, From.Lan, Attack.Of(method, path, body, "Authorization: Bearer $web"), status, text);
}
