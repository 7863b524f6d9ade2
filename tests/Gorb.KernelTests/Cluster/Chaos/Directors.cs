using System.Collections.Concurrent;
using System.Globalization;
using Gorb.KernelTests.Lab;

namespace Gorb.KernelTests.Cluster.Chaos;

/// <summary>The daemons of the three directors, which die and start again.</summary>
internal sealed class Directors : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, GorbProcess> _running = new(StringComparer.Ordinal);
    private readonly ThreeDirectors _hosts;
    private readonly int _lease;

    /// <param name="hosts">Their hosts.</param>
    /// <param name="lease">How long their leases live, in seconds.</param>
    public Directors(ThreeDirectors hosts, int lease) => (_hosts, _lease) = (hosts, lease);

    public GorbProcess this[string name] => _running[name];

    /// <summary>The last lines that each has printed since <see cref="ClearLogs"/>.</summary>
    public string Log => string.Join("\n---\n", _running.OrderBy(static running => running.Key).Select(static running => $"{running.Key}:\n{string.Join('\n', running.Value.Log.Split('\n').TakeLast(60))}"));

    public Task StartAsync() => Task.WhenAll(ThreeDirectors.Names.Select(StartAsync));

    public async Task StartAsync(string name) => _running[name] = await GorbProcess.StartOnAsync(
        name, "-i", "eth0", "--state", _hosts.State(name), "--cluster", ThreeDirectors.Cluster, "--director", name,
        "--vip-interface", "eth0", "--vip-lease", _lease.ToString(CultureInfo.InvariantCulture));

    /// <summary>Kills a director. It stays in the set, and refuses connections.</summary>
    public Task KillAsync(string name) => _running[name].KillAsync();

    /// <summary>Starts a director that was killed.</summary>
    public async Task RestartAsync(string name)
    {
        var dead = _running[name];
        await StartAsync(name);
        await dead.DisposeAsync();
    }

    public void ClearLogs()
    {
        foreach (var director in _running.Values)
        {
            director.ClearLog();
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var director in _running.Values)
        {
            await director.DisposeAsync();
        }
    }
}
