using System.Globalization;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using Gorb.Certificates;
using Gorb.Cli;
using Gorb.Model;
using Gorb.Tests.Health.Probes;

namespace Gorb.Tests.Cli;

/// <summary>What <c>gorb cert</c> makes, and what it refuses. The console belongs to the whole process, so this runs alone.</summary>
[Collection(Alone.Name)]
public sealed class CertCommandTests : IDisposable
{
    private const UnixFileMode KeyMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly TextWriter _out = Console.Out;
    private readonly TextWriter _error = Console.Error;
    private readonly StringWriter _printed = new();
    private readonly string _folder = Path.Combine(Directory.CreateTempSubdirectory("gorb-test-").FullName, "tls");

    public CertCommandTests()
    {
        Console.SetOut(_printed);
        Console.SetError(_printed);
    }

    public void Dispose()
    {
        Console.SetOut(_out);
        Console.SetError(_error);
        Directory.Delete(Path.GetDirectoryName(_folder)!, recursive: true);
    }

    [Fact]
    public async Task Server_MakesTheAuthority_AndACertificateForEachName()
    {
        (await RunAsync("server", "lb1.example", "*.lb.example", "10.9.0.1", "fd00:9::1")).Should().Be(0);

        using var authority = PemFile.ReadCertificates(File("ca.crt"))[0];
        using var server = new TlsFiles(File("server.crt"), File("server.key"), File("ca.crt")).Read().Certificate;
        var names = server.Extensions.OfType<X509SubjectAlternativeNameExtension>().Single();
        names.EnumerateDnsNames().Should().Equal("lb1.example", "*.lb.example");
        names.EnumerateIPAddresses().Should().Equal(IPAddress.Parse("10.9.0.1"), IPAddress.Parse("fd00:9::1"));
        Verify(server, authority).Should().BeTrue();
        server.GetECDsaPublicKey()!.KeySize.Should().Be(256);
        (server.NotAfter - DateTime.Now).TotalDays.Should().BeApproximately(365, 0.1);
        _printed.ToString().Should().Contain($"--tls-cert {File("server.crt")} --tls-key {File("server.key")} --tls-client-ca {File("ca.crt")}")
            .And.Contain("gorb cert client NAME --role operate").And.Contain($"curl --cacert {File("ca.crt")}").And.Contain("https://lb1.example:4673/service");
    }

    [Fact]
    public async Task Keys_AreForTheOwnerOnly()
    {
        await RunAsync("server", "lb1.example");
        await RunAsync("client", "alice");

        foreach (var key in Directory.EnumerateFiles(_folder, "*.key"))
        {
            System.IO.File.GetUnixFileMode(key).Should().Be(KeyMode, key);
        }

        Directory.EnumerateFiles(_folder).Select(Path.GetFileName).Should().BeEquivalentTo("ca.crt", "ca.key", "server.crt", "server.key", "client-alice.crt", "client-alice.key");
    }

    [Theory]
    [InlineData("read")]
    [InlineData("operate")]
    [InlineData("write")]
    [InlineData("admin")]
    public async Task Client_HasItsNameAndRole(string role)
    {
        await RunAsync("server", "lb1.example");

        (await RunAsync("client", "ci@example", "--role", role, "--days", "7")).Should().Be(0);

        using var certificate = CertificatePair.Read(File("client-ci@example.crt"), File("client-ci@example.key")).Certificate;
        CertificateRole.Read(certificate.SubjectName).Should().Be(new CertificateRole("ci@example", RoleNames.Parse(role)!.Value, ServiceScope.All));
        ClientAuthorities.Read(File("ca.crt")).Reject(certificate, [], DateTimeOffset.UtcNow).Should().BeNull();
        (certificate.NotAfter - DateTime.Now).TotalDays.Should().BeApproximately(7, 0.1);
        _printed.ToString().Should().Contain($"curl --cacert {File("ca.crt")} --cert {File("client-ci@example.crt")} --key {File("client-ci@example.key")}");
    }

    [Fact]
    public async Task Client_WithoutARole_MayRead()
    {
        await RunAsync("server", "lb1.example");

        (await RunAsync("client", "alice")).Should().Be(0);

        using var certificate = CertificatePair.Read(File("client-alice.crt"), File("client-alice.key")).Certificate;
        CertificateRole.Read(certificate.SubjectName).Role.Should().Be(Role.Read);
    }

    [Fact]
    public async Task Client_HasItsLimits()
    {
        await RunAsync("server", "lb1.example");

        (await RunAsync("client", "ci", "--role", "write", "--service", "web*", "--service", "mail", "--source", "docker/web1", "--allow-vip", "10.9.0.0/24", "--allow-port", "80,8000-8999")).Should().Be(0);

        using var certificate = CertificatePair.Read(File("client-ci.crt"), File("client-ci.key")).Certificate;
        CertificateRole.Read(certificate.SubjectName).Scope.ToString().Should().Be("web* mail; source docker/web1; addresses 10.9.0.0/24; ports 80 8000-8999");
        _printed.ToString().Should().Contain("limited to service web*, service mail, source docker/web1, vip 10.9.0.0/24, port 80, port 8000-8999");
    }

    [Theory]
    [InlineData("--allow-vip", "10.9", "gorb: the limit vip=10.9 is no address and no network, as in 10.9.0.0/24")]
    [InlineData("--allow-port", "80,http", "gorb: the limit port=http is no port and no range of ports, as in 8000-8999")]
    [InlineData("--service", "a/b", "gorb: the limit service=a/b is no pattern of names: ")]
    [InlineData("--service", "a-name-that-is-much-longer-than-an-organizational-unit-may-be", "is too long for a certificate: with \"gorb:\" before it, it may have 64 characters; use a token")]
    public async Task Client_WithALimitThatIsNone_IsNotMade(string option, string value, string problem)
    {
        await RunAsync("server", "lb1.example");

        (await RunAsync("client", "ci", option, value)).Should().Be(2);

        _printed.ToString().Should().Contain(problem);
        System.IO.File.Exists(File("client-ci.crt")).Should().BeFalse();
    }

    [Fact]
    public async Task NothingIsReplaced_WithoutForce_AndNeverTheAuthority()
    {
        await RunAsync("server", "lb1.example");
        await RunAsync("client", "alice");
        var before = Contents();

        (await RunAsync("server", "lb1.example")).Should().Be(2);
        (await RunAsync("client", "alice")).Should().Be(2);
        _printed.ToString().Should().Contain($"gorb: {File("server.crt")} is there already; --force replaces it").And.Contain($"gorb: {File("client-alice.crt")} is there already");
        Contents().Should().Equal(before);

        (await RunAsync("server", "lb1.example", "--force")).Should().Be(0);
        (await RunAsync("client", "alice", "--force")).Should().Be(0);
        Contents().Where(file => before[file.Key] == file.Value).Select(file => Path.GetFileName(file.Key)).Should().BeEquivalentTo("ca.crt", "ca.key");
    }

    [Fact]
    public async Task Client_WithoutAnAuthority_SaysHowToMakeOne()
    {
        (await RunAsync("client", "alice")).Should().Be(2);

        _printed.ToString().Should().Contain($"there is no authority {File("ca.crt")}: \"gorb cert server NAME ADDRESS\" makes it");
        Directory.Exists(_folder).Should().BeFalse();
    }

    [Fact]
    public async Task AuthorityWithoutItsKey_IsNamed()
    {
        await RunAsync("server", "lb1.example");
        System.IO.File.Delete(File("ca.key"));

        (await RunAsync("client", "alice")).Should().Be(2);

        _printed.ToString().Should().Contain($"gorb: {File("ca.key")} is not there");
    }

    [Fact]
    public async Task CertificateThatIsNoAuthority_IsNamed()
    {
        await RunAsync("server", "lb1.example");
        System.IO.File.Copy(File("server.crt"), File("ca.crt"), overwrite: true);
        System.IO.File.Copy(File("server.key"), File("ca.key"), overwrite: true);

        (await RunAsync("client", "alice")).Should().Be(2);

        _printed.ToString().Should().Contain($"{File("ca.crt")} is not the certificate of an authority");
    }

    [Fact]
    public async Task ExpiredAuthority_IsNamed()
    {
        using var old = PrivateAuthority.Create("test", DateTimeOffset.UtcNow.AddDays(-4000));
        new CertificateFolder(_folder).Write(CertificateFolder.Authority, old.Certificate);

        (await RunAsync("client", "alice")).Should().Be(2);

        _printed.ToString().Should().Contain($"the authority {File("ca.crt")} has expired");
    }

    [Fact]
    public async Task Certificate_DoesNotOutliveItsAuthority()
    {
        using var old = PrivateAuthority.Create("test", DateTimeOffset.UtcNow.AddDays(-3600));
        new CertificateFolder(_folder).Write(CertificateFolder.Authority, old.Certificate);

        (await RunAsync("client", "alice", "--days", "3650")).Should().Be(0);

        using var certificate = CertificatePair.Read(File("client-alice.crt"), File("client-alice.key")).Certificate;
        certificate.NotAfter.Should().Be(old.Certificate.NotAfter);
    }

    [Fact]
    public async Task FolderThatCannotBeMade_IsNamed()
    {
        await System.IO.File.WriteAllTextAsync(_folder, "a file", TestContext.Current.CancellationToken);

        (await RunAsync("server", "lb1.example")).Should().Be(2);

        _printed.ToString().Should().Contain($"gorb: the folder {_folder} cannot be written").And.Contain("--dir names another");
    }

    [Theory]
    [InlineData("'lb 1' is neither a host name nor an address", "server", "lb 1")]
    [InlineData("'https://lb1' is neither a host name nor an address", "server", "https://lb1")]
    [InlineData("'lb1:4673' is neither a host name nor an address", "server", "lb1.example", "lb1:4673")]
    [InlineData("'fe80::1%eth0' is neither a host name nor an address", "server", "fe80::1%eth0")]
    [InlineData("Required argument 'NAME' missing for command: 'server'", "server")]
    [InlineData("'../alice' is not a name", "client", "../alice")]
    [InlineData("'.alice' is not a name", "client", ".alice")]
    [InlineData("'root' not recognized", "client", "alice", "--role", "root")]
    [InlineData("--days '0' is not a number from 1 to 3650", "client", "alice", "--days", "0")]
    [InlineData("--days '9999' is not a number from 1 to 3650", "server", "lb1", "--days", "9999")]
    [InlineData("--days 'x' is not a number from 1 to 3650", "server", "lb1", "--days", "x")]
    public void WrongArgument_IsNamed(string problem, params string[] words) =>
        Root().Parse(["cert", .. words]).Errors.Select(error => error.Message).Should().Contain(message => message.Contains(problem, StringComparison.Ordinal), string.Create(CultureInfo.InvariantCulture, $"of {words.Length} words"));

    private static System.CommandLine.RootCommand Root() => GorbCommand.Create((_, _) => Task.FromResult(0), (_, _, _) => Task.FromResult(0));

    private static bool Verify(X509Certificate2 certificate, X509Certificate2 authority)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.Add(authority);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        return chain.Build(certificate);
    }

    private Dictionary<string, string> Contents() => Directory.EnumerateFiles(_folder).ToDictionary(file => file, System.IO.File.ReadAllText);

    private string File(string name) => Path.Combine(_folder, name);

    private Task<int> RunAsync(params string[] words) => Root().Parse(["cert", .. words, "--dir", _folder]).InvokeAsync(cancellationToken: TestContext.Current.CancellationToken);
}
