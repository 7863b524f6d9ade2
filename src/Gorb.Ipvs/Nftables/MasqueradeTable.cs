using Gorb.Ipvs.Interop;
using Gorb.Ipvs.Netlink;

namespace Gorb.Ipvs.Nftables;

/// <summary>
/// A table of nf_tables rules for IPv4 and IPv6 (<c>nft list table inet NAME</c>) that translates the source addresses of clients of IPVS services, so that NAT
/// backends answer through this host. It needs <c>net.ipv4.vs.conntrack=1</c>. Other tables are neither read nor changed. Calls are synchronous and use the network
/// namespace of the thread that makes the first call. Not thread-safe.
/// </summary>
/// <remarks>
/// Every call throws <see cref="NftablesException"/> when the kernel refuses, and <see cref="NetlinkException"/> when the netlink exchange breaks.
/// </remarks>
public sealed class MasqueradeTable : IDisposable
{
    private const string Comment = "source NAT for IPVS services, kept by Gorb";

    /// <summary>How often the table is read, or changed, while other programs change the ruleset.</summary>
    private const int MaxAttempts = 8;

    private readonly NetlinkConnection _connection;
    private readonly TableReader _reader;
    private readonly string _name;
    private MasqueradeState? _last;

    internal MasqueradeTable(Func<INetlinkSocket> open, string name)
    {
        _connection = new NetlinkConnection(open);
        _reader = new TableReader(_connection, name);
        _name = name;
    }

    /// <summary>Makes a client of the running kernel.</summary>
    /// <param name="name">The name of the table.</param>
    public static MasqueradeTable Create(string name) => new(KernelSocket.OpenNetfilter, name);

    /// <summary>Reads the table. This takes one message unless the ruleset has changed since the last call. A kernel without nf_tables counts as one without the table.</summary>
    public MasqueradeState Read()
    {
        for (var i = 0; i < MaxAttempts; i++)
        {
            if (_reader.ReadGeneration() is not { } generation)
            {
                return new MasqueradeState(Exists: false, IsIntact: false, MasqueradeRules.None, null);
            }

            if (_last?.Generation == generation)
            {
                return _last;
            }

            var table = _reader.Read();
            if (_reader.ReadGeneration() == generation)
            {
                return _last = TableParser.Parse(table, generation);
            }
        }

        throw new NetlinkProtocolException($"The ruleset of nf_tables changed during each of {MaxAttempts} readings.");
    }

    /// <summary>Makes the table translate other services, as one transaction: a packet meets either all old rules or all new ones. Without services, the table is removed.</summary>
    /// <param name="have">The table as it was read.</param>
    /// <param name="want">What the table is to translate.</param>
    /// <returns>False when the ruleset has changed since it was read; nothing was done, and the caller has to read again.</returns>
    public bool TryWrite(MasqueradeState have, MasqueradeRules want)
    {
        var transaction = Plan(have, want);
        if (transaction.IsEmpty)
        {
            return true;
        }

        if (Send(transaction) is not { } refusal)
        {
            _last = want.Services.Count == 0
                ? new MasqueradeState(Exists: false, IsIntact: false, MasqueradeRules.None, Next(have.Generation))
                : new MasqueradeState(Exists: true, IsIntact: true, want, Next(have.Generation));
            return true;
        }

        return refusal is { Message: null, Error.Errno: Errno.ERESTART } ? false : throw new NftablesException(refusal);
    }

    /// <summary>Reads the table and changes what it translates, again if the ruleset changes in between.</summary>
    /// <param name="change">Returns what the table is to translate. It may be called more than once.</param>
    public void Change(Func<MasqueradeState, MasqueradeRules> change)
    {
        for (var i = 0; i < MaxAttempts; i++)
        {
            var have = Read();
            if (TryWrite(have, change(have)))
            {
                return;
            }
        }

        throw new NetlinkProtocolException($"The ruleset of nf_tables changed during each of {MaxAttempts} changes.");
    }

    /// <inheritdoc/>
    public void Dispose() => _connection.Dispose();

    private Refusal? Send(Transaction transaction)
    {
        try
        {
            return transaction.Send(_connection);
        }
        catch (NetlinkTransportException missing) when (missing.Errno == Errno.EPROTONOSUPPORT)
        {
            throw new NftablesException(missing);
        }
    }

    /// <summary>The generation after one more change; the kernel leaves out 0.</summary>
    private static uint? Next(uint? generation) => generation == uint.MaxValue ? 1 : generation + 1;

    private Transaction Plan(MasqueradeState have, MasqueradeRules want)
    {
        var transaction = new Transaction(_name, have.Generation);
        if (want.Services.Count == 0)
        {
            if (have.Exists)
            {
                transaction.DeleteTable();
            }
        }
        else if (have.IsIntact && have.Rules.Networks.SequenceEqual(want.Networks))
        {
            PlanDifference(transaction, have.Rules, want);
        }
        else
        {
            PlanWhole(transaction, have.Exists, want);
        }

        return transaction;
    }

    private static void PlanWhole(Transaction transaction, bool exists, MasqueradeRules want)
    {
        if (exists)
        {
            transaction.DeleteTable();
        }

        transaction.AddTable(Comment);
        foreach (var map in TableLayout.Maps)
        {
            transaction.AddMap(map);
        }

        foreach (var chain in TableLayout.FixedChains(want.Networks))
        {
            Add(transaction, chain);
        }

        foreach (var (group, ports) in TableLayout.GroupsOf(want))
        {
            Add(transaction, TableLayout.ChainOf(group, ports));
            transaction.AddElement(group);
        }
    }

    private static void PlanDifference(Transaction transaction, MasqueradeRules have, MasqueradeRules want)
    {
        var (old, wanted) = (TableLayout.GroupsOf(have), TableLayout.GroupsOf(want));
        foreach (var (group, ports) in wanted)
        {
            var chain = TableLayout.ChainOf(group, ports);
            if (!old.TryGetValue(group, out var present))
            {
                Add(transaction, chain);
                transaction.AddElement(group);
            }
            else if (!present.SequenceEqual(ports))
            {
                transaction.ClearChain(chain.Name);
                transaction.AddRules(chain);
            }
        }

        foreach (var group in old.Keys.Where(group => !wanted.ContainsKey(group)))
        {
            transaction.DeleteElement(group);
            transaction.ClearChain(group.Chain);
            transaction.DeleteChain(group.Chain);
        }
    }

    private static void Add(Transaction transaction, Chain chain)
    {
        transaction.AddChain(chain);
        transaction.AddRules(chain);
    }
}
