using System.Net;
using System.Text;
using Gorb.Ipvs.Netlink;

namespace Gorb.Ipvs.Nftables;

/// <summary>Changes of one table that the kernel makes all at once or not at all. Names of objects are checked by the kernel.</summary>
internal sealed class Transaction
{
    private const int MaxBytesPerMessage = 1024; // the largest: a rule with two IPv6 networks, less than 700 bytes

    private readonly string _table;
    private readonly RequestBatch _batch = new(MaxBytesPerMessage);
    private readonly List<(NftablesMessage Message, string Step)> _steps = [];
    private uint _sets;

    /// <param name="table">The name of the table.</param>
    /// <param name="generation">The generation of the ruleset that the changes are for; the kernel refuses another one. Null for any.</param>
    public Transaction(string table, uint? generation)
    {
        _table = table;
        var body = Limit(NftablesMessages.Begin);
        if (generation is { } number)
        {
            body.WriteBigEndian(BatchAttribute.Generation, number);
        }

        _batch.End(body);
    }

    public bool IsEmpty => _steps.Count == 0;

    /// <summary>Adds the table, unless it exists.</summary>
    public void AddTable(string comment)
    {
        var body = Begin(NftablesMessage.NewTable, NftablesMessages.Create, $"add table inet {_table}");
        body.WriteText(TableAttribute.Name, _table);
        body.Write(TableAttribute.UserData, [0, (byte)(comment.Length + 1), .. Encoding.ASCII.GetBytes(comment), 0]); // NFTNL_UDATA_TABLE_COMMENT
        _batch.End(body);
    }

    public void DeleteTable()
    {
        var body = Begin(NftablesMessage.DeleteTable, MessageFlags.None, $"delete table inet {_table}");
        body.WriteText(TableAttribute.Name, _table);
        _batch.End(body);
    }

    /// <summary>Adds a chain without its rules.</summary>
    public void AddChain(Chain chain)
    {
        var body = Begin(NftablesMessage.NewChain, NftablesMessages.Create, $"add chain {chain.Name}");
        body.WriteText(ChainAttribute.Table, _table);
        body.WriteText(ChainAttribute.Name, chain.Name);
        if (chain.IsHooked)
        {
            var hook = body.BeginMarkedNest(ChainAttribute.Hook);
            body.WriteBigEndian(HookAttribute.Number, Chain.Hook);
            body.WriteBigEndian(HookAttribute.Priority, Chain.Priority);
            body.EndNest(hook);
            body.WriteBigEndian(ChainAttribute.Policy, Chain.Accept);
            body.WriteText(ChainAttribute.Type, Chain.Type);
        }

        _batch.End(body);
    }

    public void DeleteChain(string chain)
    {
        var body = Begin(NftablesMessage.DeleteChain, MessageFlags.None, $"delete chain {chain}");
        body.WriteText(ChainAttribute.Table, _table);
        body.WriteText(ChainAttribute.Name, chain);
        _batch.End(body);
    }

    /// <summary>Adds the rules of a chain behind those that it has.</summary>
    public void AddRules(Chain chain)
    {
        foreach (var rule in chain.Rules)
        {
            var body = Begin(NftablesMessage.NewRule, NftablesMessages.Create | NftablesMessages.Append, $"add a rule to chain {chain.Name}");
            body.WriteText(RuleAttribute.Table, _table);
            body.WriteText(RuleAttribute.Chain, chain.Name);
            Write(ref body, rule);
            _batch.End(body);
        }
    }

    /// <summary>Deletes all rules of a chain.</summary>
    public void ClearChain(string chain)
    {
        var body = Begin(NftablesMessage.DeleteRule, MessageFlags.None, $"clear chain {chain}");
        body.WriteText(RuleAttribute.Table, _table);
        body.WriteText(RuleAttribute.Chain, chain);
        _batch.End(body);
    }

    public void AddMap(VerdictMap map)
    {
        var body = Begin(NftablesMessage.NewSet, NftablesMessages.Create, $"add map {map.Name}");
        body.WriteText(SetAttribute.Table, _table);
        body.WriteText(SetAttribute.Name, map.Name);
        body.WriteBigEndian(SetAttribute.Flags, VerdictMap.Flags);
        body.WriteBigEndian(SetAttribute.KeyType, map.KeyType);
        body.WriteBigEndian(SetAttribute.KeyLength, (uint)map.KeyBytes);
        body.WriteBigEndian(SetAttribute.DataType, VerdictMap.Verdicts);
        body.WriteBigEndian(SetAttribute.Id, ++_sets);
        _batch.End(body);
    }

    public void AddElement(ServiceGroup group) => ChangeElement(NftablesMessage.NewElement, NftablesMessages.Create, group, $"add {group.Chain} to map {group.Map.Name}");

    public void DeleteElement(ServiceGroup group) => ChangeElement(NftablesMessage.DeleteElement, MessageFlags.None, group, $"delete {group.Chain} from map {group.Map.Name}");

    /// <summary>Sends the transaction.</summary>
    /// <returns>The kernel's refusal; null when the changes are made.</returns>
    public Refusal? Send(NetlinkConnection connection)
    {
        _batch.Acknowledge();
        _batch.End(Limit(NftablesMessages.End));
        return connection.Commit(_batch) is not { } failure ? null
            : failure.Index == 0 ? new Refusal(null, "change the ruleset", failure.Error)
            : new Refusal(_steps[failure.Index - 1].Message, _steps[failure.Index - 1].Step, failure.Error);
    }

    private void ChangeElement(NftablesMessage message, MessageFlags flags, ServiceGroup group, string step)
    {
        var body = Begin(message, flags, step);
        body.WriteText(ElementsAttribute.Table, _table);
        body.WriteText(ElementsAttribute.Set, group.Map.Name);
        var elements = body.BeginMarkedNest(ElementsAttribute.Elements);
        var element = body.BeginMarkedNest(ListAttribute.Element);
        Field.Write(ref body,
        [
            Field.Nest((ushort)ElementAttribute.Key, Field.Of((ushort)DataAttribute.Value, group.Key)),
            Field.Nest((ushort)ElementAttribute.Data, Expressions.GoToVerdict(group.Chain)),
        ]);
        body.EndNest(element);
        body.EndNest(elements);
        _batch.End(body);
    }

    private static void Write(ref AttributeWriter body, Rule rule)
    {
        var expressions = body.BeginMarkedNest(RuleAttribute.Expressions);
        foreach (var expression in rule.Expressions)
        {
            var element = body.BeginMarkedNest(ListAttribute.Element);
            body.WriteText(ExpressionAttribute.Name, expression.Name);
            var data = body.BeginMarkedNest(ExpressionAttribute.Data);
            Field.Write(ref body, expression.Fields);
            body.EndNest(data);
            body.EndNest(element);
        }

        body.EndNest(expressions);
    }

    private AttributeWriter Begin(NftablesMessage message, MessageFlags flags, string step)
    {
        _steps.Add((message, step));
        var body = _batch.Begin(message.Type(), flags);
        body.WriteFixed(new NetfilterHeader(NftablesMessages.Inet));
        return body;
    }

    private AttributeWriter Limit(MessageType type)
    {
        var body = _batch.Begin(type, MessageFlags.None);
        body.WriteFixed(new NetfilterHeader(0, ResourceId: (ushort)IPAddress.HostToNetworkOrder((short)NftablesMessages.Subsystem)));
        return body;
    }
}

/// <summary>The change of a transaction that the kernel refused.</summary>
/// <param name="Message">The change; null when the kernel refused the transaction as a whole.</param>
/// <param name="Step">The change in words.</param>
/// <param name="Error">The kernel's answer.</param>
internal readonly record struct Refusal(NftablesMessage? Message, string Step, KernelError Error);
