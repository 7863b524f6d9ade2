using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Gorb.Cluster;
using Gorb.Tests.Api;
using Gorb.Tests.Etcd;
using Gorb.Tests.Shared;
using Gorb.Tests.State;

namespace Gorb.Tests.Cluster;

/// <summary>Whole daemons, each with a kernel and a state file of its own, whose table is in real members of etcd.</summary>
internal sealed class DirectorGroup(EtcdCluster etcd) : IAsyncDisposable
{
    /// <summary>The pause before a change is sent again.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    private readonly string _cluster = etcd.Prefix().Replace("/", "", StringComparison.Ordinal);
    private readonly List<TemporaryFile> _files = [];
    private readonly List<FakeKernel> _kernels = [];
    private readonly List<TestDaemon?> _daemons = [];

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <summary>The running directors.</summary>
    public IReadOnlyList<TestDaemon> All => [.. _daemons.OfType<TestDaemon>()];

    public TestDaemon this[int number] => _daemons[number] ?? throw new InvalidOperationException("the director does not run");

    /// <summary>The kernel of a director, also while it does not run.</summary>
    public FakeKernel Kernel(int number) => _kernels[number];

    /// <summary>The state file of a director.</summary>
    public string File(int number) => _files[number].Path;

    /// <summary>Starts another director.</summary>
    public async Task<TestDaemon> AddAsync(bool brings = false, bool joins = true, string? config = null)
    {
        _files.Add(new TemporaryFile());
        _kernels.Add(new FakeKernel());
        _daemons.Add(null);
        return await StartAsync(_daemons.Count - 1, brings, joins, config);
    }

    /// <summary>Starts a director that was stopped, or does not run yet.</summary>
    /// <param name="number">The director.</param>
    /// <param name="brings">Whether it brings its table.</param>
    /// <param name="joins">Whether it belongs to the cluster.</param>
    /// <param name="config">The file that it follows; null for none.</param>
    public async Task<TestDaemon> StartAsync(int number, bool brings = false, bool joins = true, string? config = null)
    {
        // Each asks another member first, and can go on to the next one.
        Uri[] members = [etcd.Endpoints[number % 3], etcd.Endpoints[(number + 1) % 3]];
        var daemon = new TestDaemon
        {
            Kernel = _kernels[number],
            State = _files[number].Path,
            Config = config,
            Cluster = joins ? new ClusterOptions(new ClusterAddress(members, _cluster), $"d{number}") { Brings = brings } : null,
        };
        await daemon.InitializeAsync();
        _daemons[number] = daemon;
        return daemon;
    }

    public async Task StopAsync(int number)
    {
        await this[number].DisposeAsync();
        _daemons[number] = null;
    }

    /// <summary>Waits until a director follows the cluster's table.</summary>
    public static Task JoinedAsync(TestDaemon daemon) =>
        Poll.UntilAsync(async () => (await TableAsync(daemon)) is var table && !table.TryGetProperty("stale", out _) && table.GetProperty("revision").GetInt64() > 0, Stop);

    /// <summary>What a director says of the cluster's table.</summary>
    public static async Task<JsonElement> TableAsync(TestDaemon daemon) => (await daemon.GetAsync("/cluster")).GetProperty("table");

    /// <summary>Waits until the director says that its table may be behind, and why.</summary>
    public static Task StaleAsync(TestDaemon daemon, string reason = "") =>
        Poll.UntilAsync(async () => (await TableAsync(daemon)).TryGetProperty("stale", out var stale) && stale.GetProperty("reason").GetString()!.Contains(reason, StringComparison.Ordinal), Stop);

    /// <summary>Waits until the directors have the same table, and their kernels have it.</summary>
    /// <returns>The table.</returns>
    public async Task<JsonNode> AgreeAsync()
    {
        List<string> tables = [];
        await Poll.UntilAsync(
            async () =>
            {
                tables = [.. await Task.WhenAll(All.Select(static daemon => DocumentAsync(daemon)))];
                return tables.Distinct().Count() == 1 && All.Select(KernelText).Distinct().Count() == 1;
            },
            Stop);
        return JsonNode.Parse(tables[0])!;
    }

    /// <summary>Puts something; see <see cref="PatientlyAsync"/>.</summary>
    public static Task PutAsync(TestDaemon daemon, string path, string body) => PatientlyAsync(daemon, HttpMethod.Put, path, body);

    /// <summary>Changes something, and sends it again as long as etcd does not answer: its members elect a new leader when the machine has stopped them for a moment.</summary>
    public static async Task PatientlyAsync(TestDaemon daemon, HttpMethod method, string path, string? body, HttpStatusCode expected = HttpStatusCode.OK)
    {
        var isRepeated = false;
        while (true)
        {
            var answer = await daemon.SendAsync(method, path, body);
            if (answer.StatusCode == expected || (isRepeated && method == HttpMethod.Delete && answer.StatusCode == HttpStatusCode.NotFound))
            {
                return;
            }

            answer.StatusCode.Should().BeOneOf([HttpStatusCode.ServiceUnavailable, HttpStatusCode.GatewayTimeout], await answer.Content.ReadAsStringAsync(Stop));
            isRepeated = true;
            await Task.Delay(Pause, Stop);
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var daemon in All)
        {
            await daemon.DisposeAsync();
        }

        _files.ForEach(static file => file.Dispose());
    }

    private static async Task<string> DocumentAsync(TestDaemon daemon) => (await daemon.GetAsync("/config")).ToString();

    private static string KernelText(TestDaemon daemon) => string.Join('\n', daemon.ReadKernel().Select(static entry =>
        $"{entry.Service.Service.Key}: {string.Join(' ', entry.Destinations.Select(static destination => $"{destination.Destination.Key}={destination.Destination.Weight}").Order(StringComparer.Ordinal))}").Order(StringComparer.Ordinal));
}
