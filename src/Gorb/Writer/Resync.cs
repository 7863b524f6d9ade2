using Gorb.Ipvs;
using Gorb.Ipvs.Netlink;
using Gorb.Logging;
using Gorb.Model;
using Gorb.Neighbors;
using Gorb.Targets.Ipvs;

namespace Gorb.Writer;

/// <summary>Compares the whole kernel table with the wanted one and repairs what differs, with as few messages as that takes.</summary>
internal sealed partial class Resync(IIpvsClient client, Journal journal, EventHub events, NeighborWatch neighbors, TimeProvider time, ILogger logger)
{
    /// <summary>How many changes a log line spells out.</summary>
    private const int MaxShown = 5;

    private readonly ILogger _logger = logger;
    private readonly RepairBackOff _backOff = new(time);
    private readonly RepeatFilter _repeats = new();
    private IReadOnlyCollection<string> _others = [];
    private bool _repairsAll;
    private bool _hasRun;
    private long _repairs;

    /// <summary>Changes that were sent to repair what others did; the first comparison after the start does not count.</summary>
    public long Repairs => Volatile.Read(ref _repairs);

    /// <summary>The entries that something else keeps changing, in words. Any thread may read them.</summary>
    public IReadOnlyList<string> Contested =>
        _backOff.Contested is { Count: > 0 } contested ? [.. contested.Select(key => $"Something else keeps changing {ChangeText.Of(key)}; {Consequence()}")] : [];

    /// <summary>Has the next comparison repair everything, contested or not. Any thread may call it.</summary>
    public void RepairAll() => Volatile.Write(ref _repairsAll, true);

    /// <param name="wanted">The wanted table.</param>
    /// <param name="kernel">The kernel's, as it was just read.</param>
    /// <param name="limits">What the kernel does not do.</param>
    /// <exception cref="IpvsUnavailableException">IPVS cannot be reached.</exception>
    /// <exception cref="NetlinkException">The exchange broke; what was sent may have been done.</exception>
    public void Run(Table wanted, IReadOnlyDictionary<ServiceKey, KernelService> kernel, KernelLimits limits)
    {
        if (Interlocked.Exchange(ref _repairsAll, false) | HasNeighborEnded())
        {
            _backOff.Clear();
        }

        var found = Drift.Find(kernel, wanted, journal.Leftovers, limits);
        var changes = _backOff.Due(found, journal.Leftovers);
        var results = changes.Count == 0 ? [] : client.Apply(changes);
        var done = results.Where(result => result.Succeeded).ToList();
        ReportContested(wanted, found, done);
        Report(wanted, done);
        LogNewRefusals(results);
        if (results.All(result => result.Succeeded || result.Error!.IsNotFound))
        {
            journal.ForgetLeftovers();
        }
    }

    /// <summary>Whether another Gorb that was there at the last comparison has ended: whatever it contested is free.</summary>
    private bool HasNeighborEnded()
    {
        var before = _others;
        _others = neighbors.Others;
        return before.Except(_others).Any();
    }

    /// <summary>Says once of each entry that something else keeps changing it. What changed while no daemon ran does not count.</summary>
    private void ReportContested(Table wanted, List<IpvsChange> found, List<ChangeResult> done)
    {
        if (!_hasRun)
        {
            return;
        }

        foreach (var key in _backOff.Note(found, done.Select(static result => result.Change), journal.Leftovers))
        {
            var (entry, consequence) = (ChangeText.Of(key), Consequence());
            LogContested(entry, consequence);
            events.Publish("repair", wanted.Names.GetValueOrDefault(key.Service), null, $"something else keeps changing {entry}; {consequence}");
        }
    }

    private string Consequence() => "Gorb repairs it only every few minutes from now on. " + (neighbors.Others is { Count: > 0 } others
        ? $"It may be another Gorb ({string.Join("; ", others)}): remove the service from one of them, then send SIGHUP to the other"
        : "No other Gorb is known on this kernel: look for keepalived, kube-proxy or a script with ipvsadm, then send SIGHUP to Gorb");

    private void Report(Table wanted, List<ChangeResult> done)
    {
        if (!_hasRun)
        {
            _hasRun = true;
            LogRestored(wanted.Services.Count, wanted.Services.Values.Sum(service => service.Backends.Count), done.Count);
        }
        else if (done.Count > 0)
        {
            Volatile.Write(ref _repairs, _repairs + done.Count);
            var shown = string.Join("; ", done.Take(MaxShown).Select(result => ChangeText.Of(result.Change)));
            LogRepaired(done.Count, done.Count > MaxShown ? $"{shown}; ..." : shown);
            events.Publish(now => done.Select(result => new Event(
                "repair", now, wanted.Names.GetValueOrDefault(result.Change.Service), null, $"something else changed the kernel's table; repaired: {ChangeText.Of(result.Change)}")));
        }
    }

    /// <summary>Says what the kernel refuses, once as long as it stays the same; what was merely found otherwise is looked at again next time.</summary>
    private void LogNewRefusals(IReadOnlyList<ChangeResult> results)
    {
        foreach (var refusal in _repeats.Update(results.Where(result => result.Error is { IsNotFound: false, IsConflict: false }).Select(result => result.Error!.Message)))
        {
            LogRefused(refusal);
        }
    }

    [LoggerMessage(1010, LogLevel.Information, "Wanted: {Services} services with {Backends} backends; {Changes} changes brought the kernel there")]
    private partial void LogRestored(int services, int backends, int changes);

    [LoggerMessage(1011, LogLevel.Warning, "Something else changed the kernel's table; repaired {Count}: {Changes}")]
    private partial void LogRepaired(int count, string changes);

    [LoggerMessage(1013, LogLevel.Warning, "Something else keeps changing {Entry}; {Consequence}")]
    private partial void LogContested(string entry, string consequence);

    [LoggerMessage(1012, LogLevel.Error, "The kernel will not take what is wanted: {Reason}")]
    private partial void LogRefused(string reason);
}
