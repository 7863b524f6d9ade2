using Gorb.Model;

namespace Gorb.Targets.Host;

/// <summary>
/// The kernel settings that the table needs, in the daemon's network namespace. Settings are set when a service needs them, and stay when it is removed: by then
/// other programs may rely on them. The operator restores them.
/// </summary>
/// <param name="sysctls">The settings.</param>
/// <param name="restorer">What the operator asks to be restored.</param>
/// <param name="readFacts">Reads the facts of this host.</param>
/// <param name="hasPeers">Whether this host shares its connections with other directors.</param>
internal sealed class SysctlTarget(Sysctls sysctls, SysctlRestorer restorer, Func<HostFacts> readFacts, bool hasPeers = false) : ITarget
{
    private readonly HashSet<TableUse> _uses = [];
    private HostFacts? _facts;

    public string Name => "sysctls";

    public string Description => "the kernel's settings";

    public string OtherWriters => "a script with sysctl, systemd-sysctl, or a network manager";

    /// <summary>Before addresses and services, so that these find the host as they need it.</summary>
    public int Rank => -100;

    public ILedger Ledger => sysctls.Ledger;

    public event Action? Changed
    {
        add
        {
            sysctls.IpvsAppeared += value;
            restorer.Requested += value;
        }

        remove
        {
            sysctls.IpvsAppeared -= value;
            restorer.Requested -= value;
        }
    }

    public void Start()
    {
        // the settings of IPVS exist only once its target has started
    }

    public bool Matches(Table wanted) => sysctls.MatchesByDefault(feature => TableUses.MayHave(wanted, feature, hasPeers));

    public void Flush()
    {
        // settings are no entries: there is nothing to remove
    }

    /// <summary>Reads the facts, and first does what the operator asked to be restored, which is no repair.</summary>
    public IObservation Observe()
    {
        restorer.Run(sysctls);
        _facts = ReadFacts();
        return new Observation(this, _facts);
    }

    public ITargetBatch BeginBatch() => new SysctlBatch(this);

    public void Report(string? trouble)
    {
        // the settings are files, which are always there; one that cannot be written is logged by itself
    }

    /// <summary>Adds the uses that a change brings and that the target does not know of yet.</summary>
    internal void AddNewUses(Table from, Table to, IEnumerable<string> services, HashSet<TableUse> uses)
    {
        _facts ??= ReadFacts();
        foreach (var name in services)
        {
            if (to.Find(name) is { } service)
            {
                TableUses.AddChanged(from.Find(name), service, _facts, uses);
            }
        }

        uses.ExceptWith(_uses);
    }

    /// <summary>Plans the settings that new uses need.</summary>
    internal IReadOnlyList<SysctlChange> Plan(HashSet<TableUse> uses)
    {
        _uses.UnionWith(uses);
        return sysctls.PlanMore(SysctlRules.Find(uses, _facts!.Kernel));
    }

    /// <summary>Enters the present values of settings in the ledger.</summary>
    internal bool Record(IReadOnlyList<SysctlChange> changes)
    {
        foreach (var change in changes)
        {
            sysctls.Ledger.Note(change.Need.Setting, change.Before);
        }

        return changes.Count > 0;
    }

    internal string? Apply(SysctlChange change) => sysctls.Apply(change);

    private HostFacts ReadFacts() => readFacts() with { HasPeers = hasPeers };

    private IReadOnlyList<SysctlChange> PlanAll(Table wanted, HostFacts facts)
    {
        _uses.Clear();
        _uses.UnionWith(TableUses.Of(wanted, facts));
        return sysctls.Plan(SysctlRules.Find(_uses, facts.Kernel));
    }

    private sealed class Observation(SysctlTarget target, HostFacts facts) : IObservation
    {
        /// <summary>Reads the settings only now, because those of IPVS exist once its target has been read.</summary>
        public IRepair Plan(Table wanted) => new SysctlRepair(target, target.PlanAll(wanted, facts));
    }
}
