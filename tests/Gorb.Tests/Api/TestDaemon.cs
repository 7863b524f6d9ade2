using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Gorb.Certificates;
using Gorb.Cli;
using Gorb.Cluster;
using Gorb.Draining;
using Gorb.Health.Probes;
using Gorb.Ipvs;
using Gorb.Leases;
using Gorb.Model;
using Gorb.Model.Checks;
using Gorb.Neighbors;
using Gorb.Platform;
using Gorb.Sources.Docker;
using Gorb.Targets.Host;
using Gorb.Targets.Host.Masquerade;
using Gorb.Targets.Host.Sync;
using Gorb.Targets.Ipvs;
using Gorb.Tests.Health;
using Gorb.Tests.Shared;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Gorb.Tests.Api;

/// <summary>The whole daemon on a loopback port, with a kernel faked at the netlink datagram.</summary>
public sealed class TestDaemon : IAsyncLifetime
{
    private WebApplication? _app;

    internal FakeKernel Kernel { get; init; } = new();

    internal FakeConntrack Conntrack { get; } = new();

    internal FakeNftables Nftables { get; init; } = new();

    /// <summary>The port to listen on; 0 for any.</summary>
    internal int Port { get; init; }

    /// <summary>Unix sockets and addresses to listen on, beside the port.</summary>
    internal IReadOnlyList<EndPoint> Sockets { get; init; } = [];

    /// <summary>The files of https listeners among <see cref="Sockets"/>.</summary>
    internal TlsFiles? Tls { get; init; }

    /// <summary>Where metrics and health are served without a token.</summary>
    internal IReadOnlyList<EndPoint> MetricsListen { get; init; } = [];

    /// <summary>Listening sockets of a service manager.</summary>
    internal IReadOnlyList<PassedSocket> PassedSockets { get; init; } = [];

    /// <summary>The service manager's socket, or null.</summary>
    internal string? NotifySocket { get; init; }

    /// <summary>Whether clients on other hosts need no token.</summary>
    internal bool IsInsecure { get; init; }

    /// <summary>The file with an admin's token, or null.</summary>
    internal string? TokenFile { get; init; }

    /// <summary>An admin's token, or null.</summary>
    internal string? FirstToken { get; init; }

    /// <summary>The issuer whose tokens count, too, or null.</summary>
    internal OidcOptions? Oidc { get; init; }

    /// <summary>Whether requests over loopback need a token.</summary>
    internal bool IsTokenRequired { get; init; }

    /// <summary>How much clients may make together.</summary>
    internal Limits Limits { get; init; } = new();

    /// <summary>
    /// The limit of connections. The daemon's own follows from how many descriptors its process has left when it starts, and tests beside this one hold thousands: a daemon that started then
    /// closed connections of its clients.
    /// </summary>
    internal int MaxConnections { get; init; } = 4096;

    /// <summary>Whether the daemon flushes the kernel's table at the start.</summary>
    internal bool Flush { get; init; }

    /// <summary>The path of the state file, or "none".</summary>
    internal string State { get; init; } = "none";

    /// <summary>The path of the audit file, or null.</summary>
    internal string? Audit { get; init; }

    /// <summary>The path of the config file of the source "file", or null.</summary>
    internal string? Config { get; init; }

    /// <summary>The folder of the kernel's settings; by default one that does not exist.</summary>
    internal string Sysctls { get; init; } = "/nonexistent";

    /// <summary>What the daemon does about the kernel's settings.</summary>
    internal SysctlMode SysctlMode { get; init; }

    /// <summary>The interval between comparisons with the kernel; by default zero (never), so that messages can be counted.</summary>
    internal TimeSpan Resync { get; init; }

    /// <summary>The firewall marks of checks by path.</summary>
    internal MarkRange PathMarks { get; init; } = MarkRange.Default;

    /// <summary>The device that gets the addresses of services, or null.</summary>
    internal string? VipInterface { get; init; }

    /// <summary>Where connections are synchronized.</summary>
    internal SyncOptions Sync { get; init; } = SyncOptions.Off;

    /// <summary>The cluster whose table the daemon shares, or null.</summary>
    internal ClusterOptions? Cluster { get; init; }

    internal LeaseOptions? Leases { get; init; }

    /// <summary>Whether checks may run programs.</summary>
    internal bool AllowExec { get; init; }

    /// <summary>The folder below which programs of checks must be, or null.</summary>
    internal string? ExecDirectory { get; init; }

    /// <summary>The only networks to which checks may go; none for all.</summary>
    internal IReadOnlyList<IPNetwork> AllowCheck { get; init; } = [];

    /// <summary>What labels may do, if the daemon runs the Docker link; null when it does not.</summary>
    internal LabelRules? Docker { get; init; }

    /// <summary>Changes the daemon's services after all others are registered.</summary>
    internal Action<IServiceCollection> Configure { get; init; } = static _ => { };

    internal HttpClient Http { get; private set; } = new();

    /// <summary>The URL of the https listener.</summary>
    internal Uri HttpsUrl => new(_app!.Urls.First(static url => url.StartsWith("https:", StringComparison.Ordinal)));

    public async ValueTask InitializeAsync()
    {
        _app = GorbHost.Build(
            new DaemonOptions { Listen = [new IPEndPoint(IPAddress.Loopback, Port), .. Sockets], MetricsListen = MetricsListen, PassedSockets = PassedSockets, NotifySocket = NotifySocket, Device = "no-such-device", State = State, Resync = Resync, Audit = Audit, Config = Config, Flush = Flush, AllowExec = AllowExec, ExecDirectory = ExecDirectory, AllowCheck = AllowCheck, PathMarks = PathMarks, Sysctls = SysctlMode, VipInterface = VipInterface, Sync = Sync, Cluster = Cluster, Leases = Leases, TokenFile = TokenFile, FirstToken = FirstToken, Oidc = Oidc, Tls = Tls, IsTokenRequired = IsTokenRequired, Insecure = IsInsecure, MaxConnections = MaxConnections, Limits = Limits, Docker = Docker },
            builder =>
            {
                builder.Logging.ClearProviders();
                builder.Services.AddSingleton(new IpvsClientFactory(OpenKernel));
                builder.Services.AddSingleton(new SysctlFiles(Sysctls));
                builder.Services.AddSingleton(new ConntrackFactory(Conntrack.Connect));
                builder.Services.AddSingleton(new MasqueradeTables(Nftables.Connect, static () => true));
                builder.Services.AddSingleton<IProber>(new FakeProber());
                builder.Services.AddSingleton(new NeighborOptions(Prefix: null, "")); // this daemon's kernel has no other daemons
                builder.Services.Configure<HostOptions>(static host => host.ShutdownTimeout = TimeSpan.FromMinutes(1)); // in place of the daemon's 0.7 s, which a busy machine can exceed
                Configure(builder.Services);
            });
        await _app.StartAsync(TestContext.Current.CancellationToken);
        Http = new HttpClient { BaseAddress = new Uri(_app.Urls.First(static url => !url.StartsWith("http://unix:", StringComparison.Ordinal))) };
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        if (_app is not null)
        {
            await _app.StopAsync();
            await _app.DisposeAsync();
        }
    }

    internal IReadOnlyList<TableEntry> ReadKernel()
    {
        using var client = OpenKernel();
        return client.GetTable();
    }

    /// <summary>Changes the kernel's table behind the daemon's back.</summary>
    internal void ChangeKernel(Action<IIpvsClient> change)
    {
        using var client = OpenKernel();
        change(client);
    }

    internal Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, string? body)
    {
        var request = new HttpRequestMessage(method, new Uri(path, UriKind.Relative));
        request.Content = body is null ? null : new StringContent(body, Encoding.UTF8, "application/json");
        return Http.SendAsync(request, TestContext.Current.CancellationToken);
    }

    internal Task PutAsync(string path, string body) => SucceedAsync(HttpMethod.Put, path, body);

    internal Task PatchAsync(string path, string body) => SucceedAsync(HttpMethod.Patch, path, body);

    internal async Task<JsonElement> GetAsync(string path)
    {
        var answer = await SendAsync(HttpMethod.Get, path, null);
        answer.StatusCode.Should().Be(HttpStatusCode.OK);
        return await JsonAsync(answer);
    }

    internal Task DeleteAsync(string path) => SucceedAsync(HttpMethod.Delete, path, null);

    internal T Service<T>() where T : notnull => _app!.Services.GetRequiredService<T>();

    internal static Task<JsonElement> JsonAsync(HttpResponseMessage answer) =>
        answer.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken);

    private async Task SucceedAsync(HttpMethod method, string path, string? body)
    {
        var answer = await SendAsync(method, path, body);
        answer.StatusCode.Should().Be(HttpStatusCode.OK, await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    private IIpvsClient OpenKernel() => IpvsClient.Create(Kernel.Open);
}
