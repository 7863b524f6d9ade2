using System.Net;
using System.Text;
using Gorb.Ipvs.Processes;
using Gorb.Ipvs.Sockets;
using Gorb.Tests.Api;
using Gorb.Tests.State;
using Gorb.Writer;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.DependencyInjection;

namespace Gorb.Tests.Attacks;

/// <summary>
/// A daemon with the defaults of an installation, tokens for other hosts, and two services. One daemon stands all attacks of a test class, one after another; each attacker has an
/// address of its own.
/// </summary>
public sealed class AttackedDaemon : IAsyncLifetime
{
    private const uint Stranger = 3_999_999_999;
    private const byte OtherUserNetwork = 4;
    private const string Web = """{"host": "10.9.0.100", "port": 80}""";

    private readonly TemporaryFile _state = new();
    private readonly TemporaryFile _token = new();
    private readonly ShiftedTime _time = new();
    private readonly Dictionary<string, string> _secrets = new() { ["admin"] = "an-admin-token-of-44-characters-for-the-test", ["unknown"] = "gorb_" + new string('A', 43) };
    private int _attackers;

    internal TestDaemon Daemon { get; private set; } = new();

    /// <summary>Changes the daemon's services.</summary>
    internal Action<IServiceCollection> Configure { get; init; } = static _ => { };

    internal IPEndPoint Address => new(IPAddress.Loopback, Daemon.Http.BaseAddress!.Port);

    internal string StatePath => _state.Path;

    public async ValueTask InitializeAsync()
    {
        _token.Write(Encoding.ASCII.GetBytes(_secrets["admin"] + "\n"));
        File.SetUnixFileMode(_token.Path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        Daemon = new TestDaemon { State = _state.Path, TokenFile = _token.Path, Configure = Prepare };
        await Daemon.InitializeAsync();
        await Daemon.PutAsync("/service/web", Web);
        await Daemon.PutAsync("/service/web/b1", """{"host": "10.9.0.21", "port": 80}""");
        await Daemon.PutAsync("/service/db", """{"host": "10.9.0.101", "port": 5432}""");
        await CreateTokenAsync("expired", """{"name": "expired", "role": "admin", "expires": "1h"}""");
        _time.Shift = TimeSpan.FromHours(2);
        await CreateTokenAsync("reader", """{"name": "reader", "role": "read"}""");
        await CreateTokenAsync("operator", """{"name": "operator", "role": "operate"}""");
        await CreateTokenAsync("editor", """{"name": "editor", "role": "write"}""");
        await CreateTokenAsync("web", """{"name": "web", "role": "write", "services": ["web*"]}""");
        await CreateTokenAsync("revoked", """{"name": "revoked", "role": "admin"}""");
        await Daemon.DeleteAsync("/tokens/revoked");
    }

    public async ValueTask DisposeAsync()
    {
        await Daemon.DisposeAsync();
        _state.Dispose();
        _token.Dispose();
    }

    /// <summary>Connects as a client that has not been seen before.</summary>
    internal Task<RawClient> ConnectAsync(From from) => RawClient.ConnectAsync(Address, Source(from, Interlocked.Increment(ref _attackers)));

    /// <summary>Sends a request and reads until the daemon ends the connection.</summary>
    internal async Task<RawAnswer> SendAsync(From from, string request)
    {
        using var client = await ConnectAsync(from);
        await client.SendAsync(WithSecrets(request));
        return await client.ReadToEndAsync();
    }

    /// <summary>The requests that attacks must not disturb, each over a new connection: root's change over loopback, and reading by token from elsewhere.</summary>
    internal async Task ServeOthersAsync()
    {
        (await SendAsync(From.Root, Attack.Of("PUT", "/service/web", Web))).Status.Should().Be(200, "root changes a service over loopback");
        (await SendAsync(From.Lan, Attack.Of("GET", "/service/web", null, "Authorization: Bearer $reader"))).Status.Should().Be(200, "another host reads by its token");
    }

    /// <summary>The wanted table, the tokens and the kernel's table.</summary>
    internal string ReadTables()
    {
        var table = Daemon.Service<TableWriter>().Current;
        var wanted = table.Services.Values.Select(static service => $"{service.Name} {service.Source} {service.Spec} {string.Join(' ', service.Backends.Values.Select(static backend => $"{backend.Name} {backend.Spec}"))}");
        var tokens = table.Tokens.Values.Select(static token => $"{token.Name} {token.Hash} {token.Role} {token.Scope}");
        var kernel = Daemon.ReadKernel().Select(static entry => $"{entry.Service} {string.Join(' ', entry.Destinations)}");
        return string.Join('\n', [.. wanted, .. tokens, .. kernel]);
    }

    internal string WithSecrets(string request) => _secrets.Aggregate(request, static (text, secret) => text.Replace($"${secret.Key}", secret.Value, StringComparison.Ordinal));

    private static IPAddress Source(From from, int number) => from == From.Root
        ? IPAddress.Loopback
        : new IPAddress([127, from == From.OtherUser ? OtherUserNetwork : (byte)(1 + (int)from), (byte)(number / 250), (byte)((number % 250) + 1)]);

    private void Prepare(IServiceCollection services)
    {
        var listeners = services.Last(static service => service.ServiceType == typeof(IConnectionListenerFactory)).ImplementationFactory!;
        services.AddSingleton<TimeProvider>(_time).AddSingleton<ISocketOwners>(new Owners())
            .AddSingleton<IConnectionListenerFactory>(provider => new ForeignListeners((IConnectionListenerFactory)listeners(provider), provider.GetRequiredService<ISocketOwners>()));
        Configure(services);
    }

    private async Task CreateTokenAsync(string name, string body)
    {
        using var answer = await Daemon.SendAsync(HttpMethod.Post, "/tokens", body);
        answer.StatusCode.Should().Be(HttpStatusCode.OK, await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        _secrets[name] = (await TestDaemon.JsonAsync(answer)).GetProperty("token").GetString()!;
    }

    /// <summary>The system's clock, some time later.</summary>
    private sealed class ShiftedTime : TimeProvider
    {
        public TimeSpan Shift { get; set; }

        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + Shift;
    }

    private sealed class Owners : ISocketOwners
    {
        public uint? Find(IPEndPoint local, IPEndPoint remote) => local.Address.GetAddressBytes() is [127, OtherUserNetwork, ..] ? Stranger : CurrentUser.Id;
    }
}
