namespace Gorb.Tests.Attacks;

/// <summary>Health checks that would reach what the client cannot: programs, files and services of the daemon's host. The client may change services, but is no admin.</summary>
public sealed class CheckAttackTests(AttackedDaemon daemon) : AttackTest(daemon)
{
    private const string Denied = "--allow-check";

    private static readonly Attack[] All =
    [
        Check("A program", """{"type": "exec", "args": {"program": "/bin/sh", "arguments": ["-c", "id"]}}""", 400, "exec checks are off"),
        Check("A program in a list of checks", """[{"type": "tcp"}, {"type": "exec", "args": {"program": "/bin/sh"}}]""", 400, "exec checks are off"),
        Check("A file of the host as a header", """{"type": "http", "args": {"headers": {"Authorization": {"file": "/etc/shadow"}}}}""", 403, "a header from a file or variable of this host needs the role admin"),
        Check("A variable of the daemon as a header", """{"type": "http", "args": {"headers": {"X-A": {"env": "PATH"}}}}""", 403, "a header from a file or variable of this host needs the role admin"),
        Check("The cloud's metadata service", """{"type": "http", "args": {"host": "169.254.169.254", "path": "/latest/meta-data"}}""", 400, Denied),
        Check("The cloud's metadata service, as IPv6", """{"type": "http", "args": {"host": "fd00:ec2::254", "path": "/latest/meta-data"}}""", 400, Denied),
        Check("The cloud's metadata service, mapped", """{"type": "http", "args": {"host": "::ffff:169.254.169.254"}}""", 400, "pulse.args.host"),
        Check("The cloud's metadata service, as a number", """{"type": "http", "args": {"host": "2852039166"}}""", 400, "pulse.args.host"),
        Check("The daemon's host", """{"type": "tcp", "args": {"host": "127.0.0.1", "port": 22}}""", 400, Denied),
        Check("The daemon's host, as IPv6", """{"type": "tcp", "args": {"host": "::1", "port": 22}}""", 400, Denied),
        Check("The daemon's host, mapped", """{"type": "tcp", "args": {"host": "::ffff:127.0.0.1"}}""", 400, "pulse.args.host"),
        Check("The daemon's host, as the unspecified address", """{"type": "tcp", "args": {"host": "0.0.0.0"}}""", 400, "pulse.args.host"),
        new("The metadata service as a backend", From.Lan, Attack.Of("PUT", "/service/web/evil", """{"host": "169.254.169.254", "port": 80}""", "Authorization: Bearer $editor"), 400, Denied),
        Check("Line break in a header", """{"type": "http", "args": {"headers": {"X-A": "b\r\nHost: evil"}}}""", 400, "headers"),
        Check("Line break in a path", """{"type": "http", "args": {"path": "/ HTTP/1.1\r\nHost: evil\r\n\r\n"}}""", 400, "path"),
        Check("Line break in a method", """{"type": "http", "args": {"method": "GET / HTTP/1.1\r\nX: "}}""", 400, "method"),
        Check("A header that sets the length", """{"type": "http", "args": {"headers": {"Content-Length": "9999"}}}""", 400, "headers"),
    ];

    public static TheoryData<string> Cases => Names(All);

    [Theory]
    [MemberData(nameof(Cases))]
    public Task Attack_IsRefused(string name) => AssertRefusedAsync(Find(All, name));

    private static Attack Check(string name, string pulse, int status, string text) =>
        new(name, From.Lan, Attack.Of("PUT", "/service/web/evil", $$"""{"host": "10.9.0.66", "port": 80, "pulse": {{pulse}}}""", "Authorization: Bearer $editor"), status, text);
}
