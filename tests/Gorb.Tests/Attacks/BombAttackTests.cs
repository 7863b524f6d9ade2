namespace Gorb.Tests.Attacks;

/// <summary>Bodies that are small and would cost much. The client is root, so that only the body decides.</summary>
public sealed class BombAttackTests(AttackedDaemon daemon) : AttackTest(daemon)
{
    private const int Deep = 100_000;

    private static readonly Attack[] All =
    [
        new("YAML: a billion laughs", From.Root, Document(Laughs()), 400, "anchors"),
        new("YAML: an alias of itself", From.Root, Document("services: &a\n  web: *a\n"), 400, "anchors"),
        new("YAML: merged maps", From.Root, Document("services:\n  web: {<<: {host: 10.9.0.66, port: 80}}\n"), 400, "<<"),
        new("YAML: a tag that names a type", From.Root, Document("services: !!System.Diagnostics.Process {}\n"), 400, "tags"),
        new("YAML: deep lists", From.Root, Document("services: " + new string('[', Deep)), 400, "more than 24 levels"),
        new("YAML: deep maps", From.Root, Document("services: " + string.Concat(Enumerable.Repeat("{a: ", Deep))), 400, "more than 24 levels"),
        new("YAML: deep blocks", From.Root, Document(string.Concat(Enumerable.Range(0, 2000).Select(static depth => $"{new string(' ', depth)}a:\n"))), 400, "more than 24 levels"),
        new("YAML: a key twice", From.Root, Document("services:\n  web: {host: 10.9.0.66, port: 1}\n  web: {host: 10.9.0.100, port: 80}\n"), 400, "twice"),
        new("YAML: two documents", From.Root, Document("services: {}\n---\nservices: {evil: {host: 10.9.0.66, port: 80}}\n"), 400, "document"),
        new("JSON: deep lists", From.Root, Attack.Of("PUT", Attack.Target, "{\"a\": " + new string('[', Deep)), 400, "depth"),
        new("JSON: deep objects in a document", From.Root, Document(string.Concat(Enumerable.Repeat("{\"services\":", Deep))), 400, "more than 24 levels"),
        new("JSON: a member twice", From.Root, Put("""{"host": "10.9.0.100", "port": 80, "host": "10.9.0.66"}"""), 400, "twice"),
        new("JSON: a member twice, once escaped", From.Root, Put("""{"host": "10.9.0.100", "port": 80, "h\u006fst": "10.9.0.66"}"""), 400, "twice"),
        new("JSON: a huge number", From.Root, Put("""{"host": "10.9.0.66", "port": 1e400}"""), 400, "port"),
        new("JSON: a number of 100 KB", From.Root, Put($$"""{"host": "10.9.0.66", "port": {{new string('9', 100_000)}}}"""), 400, "port"),
        new("JSON: a port that overflows to 80", From.Root, Put("""{"host": "10.9.0.66", "port": 65616}"""), 400, "port"),
        new("JSON: half a surrogate", From.Root, Put("""{"host": "\ud800", "port": 80}"""), 400, "surrogate"),
        new("JSON: half a surrogate in a name", From.Root, Document("""{"services": {"\udc00": {"host": "10.9.0.66", "port": 80}}}"""), 400, "surrogate"),
        new("JSON: no UTF-8", From.Root, Put("{\"host\": \"\xff\xfe\", \"port\": 80}"), 400, "UTF-8"),
        new("JSON: a comment", From.Root, Put("""{"host": "10.9.0.66", /* "port": 1, */ "port": 80}"""), 400, "not JSON"),
        new("JSON: 100,000 members", From.Root, Put($$"""{"host": "10.9.0.66", "port": 80, {{string.Join(',', Enumerable.Range(0, 60_000).Select(static number => $"\"a{number}\":1"))}}}"""), 400, "members"),
        new("JSON: __proto__", From.Root, Put("""{"__proto__": {"host": "10.9.0.66"}, "port": 80}"""), 400, "__proto__"),
        new("Expression: back-references", From.Root, Put(Check("expect_regex", """(a+)+\\1$""")), 400, "regular expression"),
        new("Expression: look-around", From.Root, Put(Check("expect_regex", "(?=(a+)+$)b")), 400, "regular expression"),
        new("Expression: very long", From.Root, Put(Check("expect_regex", new string('a', 5000))), 400, "must be at most 4096 characters"),
        new("Expression: counted repetition of repetitions", From.Root, Put(Check("expect_regex", "((((a{1,1000}){1,1000}){1,1000}){1,1000}){1,1000}")), 400, "regular expression"),
        new("Time that overflows", From.Root, Put("""{"host": "10.9.0.66", "port": 80, "pulse": {"interval": "99999999999999999999h"}}"""), 400, "pulse.interval"),
        new("Number of a weight that overflows", From.Root, Attack.Of("PUT", "/service/web/evil", """{"host": "10.9.0.66", "port": 80, "weight": 4294967297}"""), 400, "weight"),
        new("Ranges of codes without an end", From.Root, Put(Check("expect", string.Join(',', Enumerable.Repeat("200", 200)))), 400, "expect"),
    ];

    public static TheoryData<string> Cases => Names(All);

    [Theory]
    [MemberData(nameof(Cases))]
    public Task Attack_IsRefused(string name) => AssertRefusedAsync(Find(All, name));

    private static string Put(string body) => Attack.Of("PUT", Attack.Target, body);

    private static string Document(string text) => Attack.Of("PUT", "/config?prune=false", text);

    private static string Check(string member, string value) => """{"host": "10.9.0.66", "port": 80, "pulse": {"type": "http", "args": {"@": "%"}}}"""
        .Replace("@", member, StringComparison.Ordinal).Replace("%", value, StringComparison.Ordinal);

    private static string Laughs() => "a0: &a0 [lol, lol, lol, lol, lol, lol, lol, lol, lol]\n" + string.Concat(
        Enumerable.Range(1, 9).Select(static level => $"a{level}: &a{level} [{string.Join(", ", Enumerable.Repeat($"*a{level - 1}", 9))}]\n")) + "services: *a9\n";
}
