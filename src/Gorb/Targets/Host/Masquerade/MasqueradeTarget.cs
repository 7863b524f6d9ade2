using System.Net;
using Gorb.Ipvs;
using Gorb.Ipvs.Addresses;
using Gorb.Ipvs.Netlink;
using Gorb.Ipvs.Nftables;
using Gorb.Logging;
using Gorb.Model;
using Gorb.Targets.Ipvs;

namespace Gorb.Targets.Host.Masquerade;

/// <summary>
/// The table of nf_tables that translates the clients of services with masquerade. Each service has an entry of its own in it. The rules around the entries belong to
/// all Gorbs of the network namespace; an entry that this one does not want stays as long as the kernel has a service for it, because another Gorb may want it: <see cref="FindOfOthers"/>.
/// </summary>
internal sealed partial class MasqueradeTarget(MasqueradeTables tables, IpvsClientFactory kernel, TrackingSetting tracking, Func<IReadOnlyList<IPNetwork>> readNetworks, ILogger<MasqueradeTarget> logger)
    : ITarget, IDisposable
{
    public const string TableName = "gorb";

    private readonly ILogger _logger = logger;
    private readonly MasqueradeTable _table = tables.Create(TableName);
    private readonly IIpvsClient _kernel = kernel.Create();
    private readonly RepeatFilter _repeats = new();

    /// <summary>The entries that lacked their service in the last comparison.</summary>
    private HashSet<ServiceKey> _orphans = [];

    /// <summary>Whether a service ever wanted an entry. Until then nothing makes the kernel load nf_tables.</summary>
    private bool _isUsed;

    public string Name => "masquerade";

    public string Description => "the rules for masquerade";

    public string OtherWriters => "a script with nft, or a firewall that flushes all tables";

    /// <summary>Below the kernel's services: the first connection of a service needs the rules. Above the kernel's settings.</summary>
    public int Rank => 100;

    public ILedger Ledger => Leftovers;

    internal MasqueradeLedger Leftovers { get; } = new();

    public void Start()
    {
        // the table is read when it is known whether it is needed
    }

    public bool Matches(Table wanted)
    {
        if (!MasqueradeWishes.NeedTracking(wanted))
        {
            return true; // the first comparison removes what a predecessor left
        }

        _isUsed = true;
        try
        {
            return Observe().Plan(wanted).Count == 0;
        }
        catch (TargetException)
        {
            return false; // the first comparison tells
        }
    }

    public void Flush()
    {
        try
        {
            if (MayExist())
            {
                _table.Change(static _ => MasqueradeRules.None);
            }
        }
        catch (Exception error) when (error is NftablesException or NetlinkException)
        {
            Report(error.Message);
        }
    }

    public IObservation Observe()
    {
        var have = MayExist() ? Read() : null;
        return new MasqueradeObservation(this, have, have is { IsIntact: true } && have.Rules.Networks.SequenceEqual(Exchange(() => NetworksFor(have.Rules.Services))));
    }

    public ITargetBatch BeginBatch() => new MasqueradeBatch(this);

    public void Report(string? trouble)
    {
        if (trouble is null)
        {
            _repeats.End();
        }
        else if (_repeats.IsNew(trouble))
        {
            LogUnusable(trouble);
        }
    }

    public void Dispose()
    {
        _table.Dispose();
        _kernel.Dispose();
    }

    /// <exception cref="TargetException">The table cannot be read.</exception>
    internal MasqueradeState Read() => Exchange(_table.Read);

    /// <summary>Enters a change that is about to be made in the ledger.</summary>
    internal void Note(MasqueradeChange change)
    {
        if (change.IsUp)
        {
            Leftovers.Remove(change.Service!.Value);
        }
        else
        {
            Leftovers.Add(change.Service!.Value);
        }
    }

    /// <summary>Makes changes, all or none.</summary>
    /// <returns>Why the kernel refuses them; null when they are made.</returns>
    /// <exception cref="TargetException">The kernel's answer was lost.</exception>
    internal Exception? Apply(IReadOnlyList<MasqueradeChange> changes)
    {
        var isUp = changes.Any(static change => change.IsUp);
        _isUsed |= isUp;
        if (isUp && tracking.FindFault() is { } fault)
        {
            return new IOException(fault);
        }

        try
        {
            _table.Change(have => Complete(Change(have.Rules.Services, changes)));
            return null;
        }
        catch (Exception refused) when (refused is NftablesException or AddressException)
        {
            return refused;
        }
        catch (NetlinkException lost)
        {
            throw new AnswersLostException(this, lost);
        }
    }

    private static Dictionary<ServiceKey, MasqueradeMode> Change(IReadOnlyDictionary<ServiceKey, MasqueradeMode> services, IEnumerable<MasqueradeChange> changes)
    {
        var changed = services.ToDictionary();
        foreach (var change in changes)
        {
            if (change.Service is not { } key)
            {
                continue; // the entries stay; the rules around them are written in any case
            }

            if (change.Mode is { } mode)
            {
                changed[key] = mode;
            }
            else
            {
                changed.Remove(key);
            }
        }

        return changed;
    }

    /// <summary>Whether there may be a table: a kernel that has not loaded nf_tables has none.</summary>
    private bool MayExist() => _isUsed || Leftovers.HasLeftovers || tables.IsLoaded();

    private MasqueradeRules Complete(IReadOnlyDictionary<ServiceKey, MasqueradeMode> services) =>
        new(services, NetworksFor(services));

    private IReadOnlyList<IPNetwork> NetworksFor(IReadOnlyDictionary<ServiceKey, MasqueradeMode> services) =>
        services.Values.Contains(MasqueradeMode.Automatic) ? readNetworks() : [];

    private T Exchange<T>(Func<T> exchange)
    {
        try
        {
            return exchange();
        }
        catch (Exception error) when (error is NftablesException or AddressException)
        {
            throw new TargetUnavailableException(this, error);
        }
        catch (NetlinkException error)
        {
            throw new AnswersLostException(this, error);
        }
    }

    /// <summary>
    /// Tells the entries of other programs from those to be removed. An entry belongs to another Gorb as long as the kernel has a service for it. The rules are made a moment
    /// before the service, so only an entry that lacks its service in two comparisons in a row is a predecessor's.
    /// </summary>
    /// <param name="unwanted">The entries that this Gorb does not want.</param>
    internal IReadOnlyList<(ServiceKey Key, bool IsOfAnother)> FindOfOthers(IEnumerable<ServiceKey> unwanted)
    {
        var before = _orphans;
        _orphans = [];
        return [.. unwanted.Select(key => (key, IsOfAnother: !Leftovers.Leftovers.Contains(key) && (HasService(key) || (_orphans.Add(key) && !before.Contains(key)))))];
    }

    private bool HasService(ServiceKey key)
    {
        try
        {
            return _kernel.FindService(key) is not null;
        }
        catch (Exception error) when (error is IpvsException or NetlinkException)
        {
            return true; // unknown: the entry stays until the kernel's table can be read
        }
    }

    [LoggerMessage(1090, LogLevel.Error, "The rules for masquerade cannot be used: {Reason}")]
    private partial void LogUnusable(string reason);
}
