using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.NetworkInformation;
using Gorb.Ipvs.Addresses;
using Gorb.Ipvs.Probes;
using Gorb.KernelTests.Lab;

namespace Gorb.KernelTests.Cluster;

/// <summary>Asks the link of the lab ten times a second who has two addresses, and notes when two hosts answer for one at the same moment.</summary>
internal sealed class LinkObserver : IAsyncDisposable
{
    private static readonly TimeSpan Round = TimeSpan.FromMilliseconds(100);

    /// <summary>
    /// The longest round of which all answers are of one moment. A new holder asks for longer than this before it takes an address, so that two answers of a longer round, in which this
    /// process was not scheduled, can be of the one before and of the one after.
    /// </summary>
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(300);

    private readonly CancellationTokenSource _end = new();
    private readonly IPAddress _four, _six;
    private readonly List<Task> _tasks;
    private readonly ConcurrentDictionary<string, PhysicalAddress> _hosts = new(StringComparer.Ordinal);
    private volatile IReadOnlyList<PhysicalAddress> _answers4 = [], _answers6 = [];

    public LinkObserver(IPAddress four, IPAddress six)
    {
        (_four, _six) = (four, six);
        using var client = AddressClient.Create();
        var bridge = client.FindLink("br0")!;
        _tasks =
        [
            Task.Factory.StartNew(() => Observe(() => _answers4 = Ask(() => ArpProbe.Ask(bridge, [_four], Round))), TaskCreationOptions.LongRunning),
            Task.Factory.StartNew(() => Observe(() => _answers6 = Ask(() => NeighborProbe.Ask(bridge, [_six], Round))), TaskCreationOptions.LongRunning),
        ];
    }

    /// <summary>When more than one host answered at the same moment for the first time, and which; null when that never happened.</summary>
    public string? Doubled { get; private set; }

    /// <summary>How often it has asked, and got the answers in time.</summary>
    public int Rounds { get; private set; }

    /// <summary>The one of some hosts that alone answers for the IPv4 address; null when none does.</summary>
    public string? FindHolder4(IEnumerable<string> hosts) => Find(hosts, _answers4);

    /// <summary>The one of some hosts that alone answers for the IPv6 address; null when none does.</summary>
    public string? FindHolder6(IEnumerable<string> hosts) => Find(hosts, _answers6);

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await Task.WhenAll(_tasks);
        _end.Dispose();
    }

    private void Observe(Action ask)
    {
        while (!_end.IsCancellationRequested)
        {
            ask();
        }
    }

    private IReadOnlyList<PhysicalAddress> Ask(Func<IReadOnlyList<ProbeAnswer>> ask)
    {
        var asked = Stopwatch.GetTimestamp();
        var answers = ask();
        if (Stopwatch.GetElapsedTime(asked) < Moment)
        {
            Rounds++;
            Doubled ??= answers.Count > 1 ? $"{DateTime.Now:HH:mm:ss.fff}: {string.Join(", ", answers)}" : null;
        }

        return [.. answers.Select(static answer => answer.HardwareAddress)];
    }

    private string? Find(IEnumerable<string> hosts, IReadOnlyList<PhysicalAddress> answers) =>
        answers is [var only] ? hosts.FirstOrDefault(host => only.Equals(_hosts.GetOrAdd(host, AddressOf))) : null;

    private static PhysicalAddress AddressOf(string host) => PhysicalAddress.Parse(Shell.Run("ip", "netns", "exec", host, "cat", "/sys/class/net/eth0/address").Trim().Replace(':', '-'));
}
