using System.Security.Cryptography.X509Certificates;
using System.Text;
using Gorb.Certificates;
using Gorb.Client;
using Gorb.Etcd;
using Gorb.Ipvs.Processes;
using Gorb.Model;
using Grpc.Core;

namespace Gorb.Tests.Etcd;

/// <summary>A member that asks for a client certificate, a user and a password.</summary>
public sealed class EtcdAccessTests : IAsyncLifetime
{
    private const int Number = 50;
    private const string User = "root", Password = "secret";

    private readonly string _folder = EtcdProcess.MakeFolder();
    private readonly Uri _endpoint = new($"https://{EtcdProcess.Address(Number)}:2379");
    private readonly List<string> _passwordsRead = [];
    private EtcdProcess? _member;
    private ClientTls _tls = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        using var authority = PrivateAuthority.Create("test", DateTimeOffset.UtcNow);
        Save("ca", authority.Certificate.ExportCertificatePem(), null);
        using var server = authority.IssueServer([_endpoint.Host, "localhost"], TimeSpan.FromDays(1), DateTimeOffset.UtcNow);
        Save("server", server.ExportCertificatePem(), server.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem());
        using var client = authority.IssueClient("director", Role.Read, [], TimeSpan.FromDays(1), DateTimeOffset.UtcNow);
        Save("client", client.ExportCertificatePem(), client.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem());
        _tls = new ClientTls { Authorities = PemFile.ReadCertificates(FileOf("ca.crt")), Certificate = CertificatePair.Read(FileOf("client.crt"), FileOf("client.key")) };
        var peer = $"http://{EtcdProcess.Address(Number)}:2380";
        _member = new EtcdProcess("m", Path.Combine(_folder, "data"), [
            "--listen-client-urls", _endpoint.OriginalString, "--advertise-client-urls", _endpoint.OriginalString, "--listen-peer-urls", peer, "--initial-advertise-peer-urls", peer,
            "--initial-cluster", $"m={peer}", "--cert-file", FileOf("server.crt"), "--key-file", FileOf("server.key"), "--client-cert-auth", "--trusted-ca-file", FileOf("ca.crt"),
            "--auth-token-ttl", "1"]);
        using var first = Client(_tls);
        await EtcdCluster.PutAsync(first, "/ready", "yes");
    }

    public ValueTask DisposeAsync()
    {
        _member?.Dispose();
        Directory.Delete(_folder, recursive: true);
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task Member_WithTlsAndUsers_IsUsedByThoseWhoHaveBoth()
    {
        await RejectsAsync(new ClientTls { Authorities = _tls.Authorities }, "/a");
        await RejectsAsync(new ClientTls { Certificate = _tls.Certificate }, "/a");
        await AdministerAsync();

        using var stranger = Client(_tls);
        (await FailureAsync(() => stranger.GetAsync("/a", cancel: Stop))).Should().Be(EtcdFailure.Forbidden);
        using var wrong = Client(_tls, "wrong");
        (await FailureAsync(() => wrong.GetAsync("/a", cancel: Stop))).Should().Be(EtcdFailure.Forbidden);
        using var client = Client(_tls, Password);
        await EtcdCluster.PutAsync(client, "/a", "x");
        await using var watch = client.WatchAsync(KeyRange.Prefix("/watched/"), Stop).GetAsyncEnumerator(Stop);
        (await watch.MoveNextAsync()).Should().BeTrue();

        await CallAsync("UserAdd", Password, Field(1, "other"), Field(2, "x")); // the tokens of before are now of an old revision
        await EtcdCluster.PutAsync(client, "/watched/a", "x");

        (await watch.MoveNextAsync()).Should().BeTrue();
        _passwordsRead.Count(static read => read == Password).Should().BeGreaterThan(1, "another token was needed");
    }

    private async Task RejectsAsync(ClientTls tls, string key)
    {
        using var client = Client(tls);
        (await FailureAsync(() => client.GetAsync(key, TimeSpan.FromSeconds(2), Stop))).Should().Be(EtcdFailure.Unavailable);
    }

    /// <summary>Makes the user root, and switches authentication on.</summary>
    private async Task AdministerAsync()
    {
        await CallAsync("UserAdd", null, Field(1, User), Field(2, Password));
        await CallAsync("RoleAdd", null, Field(1, "root"));
        await CallAsync("UserGrantRole", null, Field(1, User), Field(2, "root"));
        await CallAsync("AuthEnable", null);
    }

    /// <summary>A call that the client of the daemon does not have, because a daemon has no use for it.</summary>
    private async Task CallAsync(string name, string? password, params byte[][] fields)
    {
        var bytes = Marshallers.Create(static message => message, static message => message);
        var method = new Method<byte[], byte[]>(MethodType.Unary, "etcdserverpb.Auth", name, bytes, bytes);
        using var sender = new EtcdCalls(Options(_tls, password), TimeProvider.System);
        byte[] request = [.. fields.SelectMany(static field => field)];
        await sender.SendAsync((calls, headers) => calls.AsyncUnaryCall(method, null, headers, request).ResponseAsync, isRepeatable: false, deadline: null, Stop);
    }

    private static byte[] Field(int number, string value) => [(byte)((number << 3) | 2), (byte)value.Length, .. Encoding.UTF8.GetBytes(value)];

    private EtcdClient Client(ClientTls tls, string? password = null) => new(Options(tls, password), new BootClock());

    private EtcdOptions Options(ClientTls tls, string? password) => new([_endpoint])
    {
        Tls = member => tls.Options(member.Host, static _ => { }),
        Login = password is null ? null : new EtcdLogin(User, () => Read(password)),
    };

    private string Read(string password)
    {
        _passwordsRead.Add(password);
        return password;
    }

    private static async Task<EtcdFailure> FailureAsync(Func<Task> call) => (await FluentActions.Awaiting(call).Should().ThrowAsync<EtcdException>()).Which.Failure;

    private string FileOf(string name) => Path.Combine(_folder, name);

    private void Save(string name, string certificate, string? key)
    {
        File.WriteAllText(FileOf(name + ".crt"), certificate);
        if (key is not null)
        {
            File.WriteAllText(FileOf(name + ".key"), key);
            File.SetUnixFileMode(FileOf(name + ".key"), UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }
    }
}
