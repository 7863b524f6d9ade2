using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using Gorb.Model;
using Gorb.Platform;
using Gorb.Tests.Certificates;
using Gorb.Tests.Shared;
using Gorb.Web;

namespace Gorb.Tests.Access;

/// <summary>A client certificate names the client and gives its role; one that is not valid is refused, with the reason.</summary>
public sealed class ClientCertificateTests : TokenTest
{
    private const string ServerUsage = "1.3.6.1.5.5.7.3.1";

    private readonly TestCertificates _certificates = new();

    private protected override Api.TestDaemon NewDaemon(FakeKernel kernel)
    {
        WriteSecret(Admin);
        return new Api.TestDaemon
        {
            Kernel = kernel,
            TokenFile = SecretPath,
            IsTokenRequired = true,
            Sockets = [new TlsEndPoint(IPAddress.Loopback, 0)],
            Tls = _certificates.Files,
        };
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _certificates.Dispose();
        GC.SuppressFinalize(this);
    }

    public static TheoryData<string, string?, string> Refused => new()
    {
        { "CN=alice, OU=gorb:admin", ServerUsage, "it is not meant for clients" },
        { "CN=alice, OU=gorb:admin", null, "it is not meant for clients" },
        { "OU=gorb:admin", "1.3.6.1.5.5.7.3.2", "it must have one common name" },
        { "CN=alice, CN=bob, OU=gorb:admin", "1.3.6.1.5.5.7.3.2", "it must have one common name" },
        { "CN=alice, OU=gorb:root", "1.3.6.1.5.5.7.3.2", "its role is not one of read, operate, write, admin" },
        { "CN=alice, OU=gorb:read, OU=gorb:admin", "1.3.6.1.5.5.7.3.2", "it has several roles" },
        { "CN=alice, OU=gorb:admin, OU=gorb:vip=any", "1.3.6.1.5.5.7.3.2", "the limit vip=any is no address and no network" },
        { "CN=alice, OU=gorb:admin, OU=gorb:Service=web", "1.3.6.1.5.5.7.3.2", "the limit Service=web is unknown: service, source, vip, port" },
    };

    [Theory]
    [InlineData("read")]
    [InlineData("operate")]
    [InlineData("write")]
    [InlineData("admin")]
    public async Task Certificate_GivesItsRole(string name)
    {
        var role = RoleNames.Parse(name)!.Value;
        using var http = Http(_certificates.Client("alice", role));

        await ExpectAsync(http, role, Role.Read, HttpMethod.Get, "/service");
        await ExpectAsync(http, role, Role.Operate, HttpMethod.Patch, "/service/web/b1", """{"weight": 7}""");
        await ExpectAsync(http, role, Role.Write, HttpMethod.Put, "/service/other", """{"host": "10.9.0.101", "port": 80}""");
        await ExpectAsync(http, role, Role.Admin, HttpMethod.Get, "/tokens");
    }

    [Fact]
    public async Task CertificateWithoutARole_MayRead()
    {
        using var http = Http(_certificates.Client("CN=alice, OU=balancing, O=Example"));

        await ExpectAsync(http, Role.Read, Role.Read, HttpMethod.Get, "/service");
        await ExpectAsync(http, Role.Read, Role.Operate, HttpMethod.Patch, "/service/web/b1", """{"weight": 7}""");
    }

    [Fact]
    public async Task CertificateWithLimits_IsHeldToThem()
    {
        using var http = Http(_certificates.Client("CN=alice, OU=gorb:write, OU=gorb:service=web*, OU=gorb:vip=10.9.0.0/24, OU=gorb:port=80"));

        (await StatusAsync(http, HttpMethod.Put, "/service/web2", """{"host": "10.9.0.102", "port": 80}""")).Should().Be(HttpStatusCode.OK);
        (await StatusAsync(http, HttpMethod.Put, "/service/mail", """{"host": "10.9.0.103", "port": 80}""")).Should().Be(HttpStatusCode.Forbidden);
        (await StatusAsync(http, HttpMethod.Put, "/service/web3", """{"host": "10.8.0.103", "port": 80}""")).Should().Be(HttpStatusCode.Forbidden);
        (await StatusAsync(http, HttpMethod.Put, "/service/web3", """{"host": "10.9.0.103", "port": 81}""")).Should().Be(HttpStatusCode.Forbidden);
        (await StatusAsync(http, HttpMethod.Get, "/ipvs")).Should().Be(HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task Change_HasTheNameOfTheCertificateAsActor()
    {
        await using var events = _daemon.Service<EventHub>().ListenAsync(Stop).GetAsyncEnumerator(Stop);
        await events.MoveNextAsync(); // hello
        using var http = Http(_certificates.Client("alice", Role.Write));

        using var answer = await http.PutAsync(new Uri("/service/other", UriKind.Relative), new StringContent("""{"host": "10.9.0.101", "port": 80}"""), Stop);

        answer.StatusCode.Should().Be(HttpStatusCode.OK);
        await events.MoveNextAsync();
        JsonSerializer.Serialize(events.Current).Should().Contain("cert/alice");
    }

    [Theory]
    [MemberData(nameof(Refused))]
    public async Task CertificateThatDoesNotSuffice_IsRefused(string subject, string? usage, string reason)
    {
        using var http = Http(_certificates.Client(subject, usage));

        (await RefusalAsync(http)).Should().StartWith("the request needs the role read, and its client certificate is refused: ").And.Contain(reason);
    }

    [Fact]
    public async Task ExpiredCertificate_IsRefused()
    {
        using var http = Http(_certificates.Client("CN=alice, OU=gorb:admin", begin: TimeSpan.FromDays(-2), end: TimeSpan.FromMinutes(-5)));

        (await RefusalAsync(http)).Should().Contain("it expired 2");
    }

    [Fact]
    public async Task CertificateOfTomorrow_IsRefused()
    {
        using var http = Http(_certificates.Client("CN=alice, OU=gorb:admin", begin: TimeSpan.FromDays(1), end: TimeSpan.FromDays(2)));

        (await RefusalAsync(http)).Should().Contain("it is not valid before 2");
    }

    [Fact]
    public async Task CertificateOfAForeignAuthority_IsRefused()
    {
        using var foreign = new TestCertificates();
        using var http = Http(foreign.Client("alice", Role.Admin));

        (await RefusalAsync(http)).Should().Contain("it is not of an authority of --tls-client-ca");
    }

    /// <summary>Whoever issued itself a certificate with the names of the authority has not its key.</summary>
    [Fact]
    public async Task CertificateThatIssuedItself_IsRefused()
    {
        using var forged = new TestCertificates();
        using var http = Http(forged.Authority.Certificate);

        (await RefusalAsync(http)).Should().Contain("it is not meant for clients");
    }

    [Fact]
    public async Task WithoutCertificateAndToken_BothAreNamed()
    {
        using var http = Http(null);

        (await RefusalAsync(http)).Should().StartWith("the request needs the role read, and has no token and no client certificate");
    }

    [Fact]
    public async Task Token_NeedsNoCertificate_AndCountsBesideOne()
    {
        foreach (var certificate in new[] { null, _certificates.Client("alice", Role.Read), _certificates.Client("CN=alice", ServerUsage) })
        {
            using var http = Http(certificate);
            http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Admin);
            (await http.GetAsync(new Uri("/tokens", UriKind.Relative), Stop)).StatusCode.Should().Be(HttpStatusCode.OK);

            http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", "wrong");
            (await http.GetAsync(new Uri("/service", UriKind.Relative), Stop)).StatusCode.Should().Be(HttpStatusCode.Unauthorized);
        }
    }

    /// <summary>Replacing the authority is how certificates are revoked: connections that are open must not outlive it.</summary>
    [Fact]
    public async Task WhenTheAuthorityIsReplaced_OpenConnectionsAreRefused()
    {
        using var http = Http(_certificates.Client("alice", Role.Admin));
        await ExpectAsync(http, Role.Admin, Role.Read, HttpMethod.Get, "/service");

        var former = _daemon.Service<Gorb.Access.ClientCertificates>().Authorities;
        _certificates.ReplaceAuthority();
        _daemon.Service<TlsCertificates>().AskForRead();
        await Poll.UntilAsync(() => Task.FromResult(_daemon.Service<Gorb.Access.ClientCertificates>().Authorities != former), Stop);

        (await RefusalAsync(http)).Should().Contain("it is not of an authority of --tls-client-ca");
    }

    private HttpClient Http(X509Certificate2? certificate) => _certificates.Http(_daemon.HttpsUrl, certificate);

    private static async Task<HttpStatusCode> StatusAsync(HttpClient http, HttpMethod method, string path, string? body = null)
    {
        using var request = new HttpRequestMessage(method, new Uri(path, UriKind.Relative)) { Content = body is null ? null : new StringContent(body) };
        using var answer = await http.SendAsync(request, Stop);
        return answer.StatusCode;
    }

    private static async Task ExpectAsync(HttpClient http, Role role, Role needed, HttpMethod method, string path, string? body = null)
    {
        using var request = new HttpRequestMessage(method, new Uri(path, UriKind.Relative)) { Content = body is null ? null : new StringContent(body) };
        using var answer = await http.SendAsync(request, Stop);
        var text = await answer.Content.ReadAsStringAsync(Stop);
        answer.StatusCode.Should().Be(role >= needed ? HttpStatusCode.OK : HttpStatusCode.Forbidden, text);
        if (role < needed)
        {
            text.Should().Contain($"needs the role {RoleNames.Of(needed)}, and cert/alice has the role {RoleNames.Of(role)}");
        }
    }

    private static async Task<string> RefusalAsync(HttpClient http)
    {
        using var answer = await http.GetAsync(new Uri("/service", UriKind.Relative), Stop);
        var text = await answer.Content.ReadAsStringAsync(Stop);
        answer.StatusCode.Should().Be(HttpStatusCode.Unauthorized, text);
        return JsonDocument.Parse(text).RootElement.GetProperty("details")[0].GetProperty("problem").GetString()!;
    }
}
