using Gorb.Ipvs.Netlink;

namespace Gorb.Ipvs.Nftables;

/// <summary>Reads one table of the kernel.</summary>
internal sealed class TableReader(NetlinkConnection connection, string name)
{
    private readonly RequestBatch _request = new();

    /// <summary>The number of changes of the ruleset; null when the kernel has no nf_tables. The request makes the kernel load the module.</summary>
    /// <exception cref="NftablesException">The kernel refuses.</exception>
    public uint? ReadGeneration()
    {
        _request.End(Begin(NftablesMessage.GetGeneration, MessageFlags.None));
        KernelError? error;
        uint generation;
        try
        {
            error = connection.Get(_request, static body => ReadGeneration(body), out generation);
        }
        catch (NetlinkTransportException missing) when (missing.Errno == Errno.EPROTONOSUPPORT)
        {
            return null;
        }

        if (error is { Errno: Errno.EINVAL }) // the answer of nfnetlink for a subsystem that it does not have
        {
            return null;
        }

        ThrowIf(error, "read the generation");
        return generation;
    }

    /// <returns>The table; null when there is none, or it was removed meanwhile.</returns>
    /// <exception cref="NftablesException">The kernel refuses.</exception>
    public RawTable? Read()
    {
        var body = Begin(NftablesMessage.GetTable, MessageFlags.None);
        body.WriteText(TableAttribute.Name, name);
        _request.End(body);
        var error = connection.Get(_request, static reply => ReadTable(reply), out var table);
        return IsGone(error) ? null
            : ReadChains(table!) && ReadRules(table!) && ReadMaps(table!) && table!.Maps.All(map => ReadElements(map.Key, map.Value)) ? table
            : null;
    }

    private bool ReadChains(RawTable table)
    {
        _request.End(Begin(NftablesMessage.GetChain, MessageFlags.Dump));
        return Walk(table.Chains.Clear, reply => ReadChain(reply, table));
    }

    private bool ReadRules(RawTable table)
    {
        var body = Begin(NftablesMessage.GetRule, MessageFlags.Dump);
        body.WriteText(RuleAttribute.Table, name);
        _request.End(body);
        return Walk(() => table.Chains.Values.ToList().ForEach(static chain => chain.Rules.Clear()), reply => ReadRule(reply, table));
    }

    private bool ReadMaps(RawTable table)
    {
        var body = Begin(NftablesMessage.GetSet, MessageFlags.Dump);
        body.WriteText(SetAttribute.Table, name);
        _request.End(body);
        return Walk(table.Maps.Clear, reply => ReadMap(reply, table));
    }

    private bool ReadElements(string set, RawMap map)
    {
        var body = Begin(NftablesMessage.GetElement, MessageFlags.Dump);
        body.WriteText(ElementsAttribute.Table, name);
        body.WriteText(ElementsAttribute.Set, set);
        _request.End(body);
        return Walk(map.Elements.Clear, reply => ReadElements(reply, map));
    }

    private static uint ReadGeneration(ReadOnlySpan<byte> body)
    {
        var attributes = NetfilterHeader.Attributes(body);
        while (attributes.Read())
        {
            if ((GenerationAttribute)attributes.Type == GenerationAttribute.Id)
            {
                return attributes.AsBigEndian();
            }
        }

        throw new NetlinkProtocolException("The kernel tells its ruleset's generation without the number.");
    }

    private static RawTable ReadTable(ReadOnlySpan<byte> body)
    {
        var table = new RawTable();
        var attributes = NetfilterHeader.Attributes(body);
        while (attributes.Read())
        {
            if ((TableAttribute)attributes.Type == TableAttribute.Flags)
            {
                table.IsPlain = attributes.AsBigEndian() == 0;
            }
        }

        return table;
    }

    private void ReadChain(ReadOnlySpan<byte> body, RawTable table)
    {
        var chain = new RawChain();
        string? owner = null, label = null;
        var attributes = NetfilterHeader.Attributes(body);
        while (attributes.Read())
        {
            switch ((ChainAttribute)attributes.Type)
            {
                case ChainAttribute.Table:
                    owner = attributes.AsText();
                    break;
                case ChainAttribute.Name:
                    label = attributes.AsText();
                    break;
                case ChainAttribute.Type:
                    chain.Type = attributes.AsText();
                    break;
                case ChainAttribute.Policy:
                    chain.Policy = attributes.AsBigEndian();
                    break;
                case ChainAttribute.Hook:
                    (chain.Hook, chain.Priority) = ReadHook(attributes.AsNest());
                    break;
            }
        }

        if (owner == name && label is not null)
        {
            table.Chains[label] = chain;
        }
    }

    private static (uint Hook, uint Priority) ReadHook(AttributeReader attributes)
    {
        var (hook, priority) = (0u, 0u);
        while (attributes.Read())
        {
            switch ((HookAttribute)attributes.Type)
            {
                case HookAttribute.Number:
                    hook = attributes.AsBigEndian();
                    break;
                case HookAttribute.Priority:
                    priority = attributes.AsBigEndian();
                    break;
            }
        }

        return (hook, priority);
    }

    private void ReadRule(ReadOnlySpan<byte> body, RawTable table)
    {
        string? owner = null, chain = null;
        List<RawExpression> expressions = [];
        var attributes = NetfilterHeader.Attributes(body);
        while (attributes.Read())
        {
            switch ((RuleAttribute)attributes.Type)
            {
                case RuleAttribute.Table:
                    owner = attributes.AsText();
                    break;
                case RuleAttribute.Chain:
                    chain = attributes.AsText();
                    break;
                case RuleAttribute.Expressions:
                    expressions = RawExpression.ReadAll(attributes.AsNest());
                    break;
            }
        }

        if (owner == name && chain is not null && table.Chains.TryGetValue(chain, out var found))
        {
            found.Rules.Add(expressions);
        }
    }

    private void ReadMap(ReadOnlySpan<byte> body, RawTable table)
    {
        var map = new RawMap();
        string? owner = null, label = null;
        var attributes = NetfilterHeader.Attributes(body);
        while (attributes.Read())
        {
            switch ((SetAttribute)attributes.Type)
            {
                case SetAttribute.Table:
                    owner = attributes.AsText();
                    break;
                case SetAttribute.Name:
                    label = attributes.AsText();
                    break;
                case SetAttribute.Flags:
                    map.Flags = attributes.AsBigEndian();
                    break;
                case SetAttribute.KeyType:
                    map.KeyType = attributes.AsBigEndian();
                    break;
                case SetAttribute.KeyLength:
                    map.KeyLength = attributes.AsBigEndian();
                    break;
                case SetAttribute.DataType:
                    map.DataType = attributes.AsBigEndian();
                    break;
            }
        }

        if (owner == name && label is not null)
        {
            table.Maps[label] = map;
        }
    }

    private static void ReadElements(ReadOnlySpan<byte> body, RawMap map)
    {
        var attributes = NetfilterHeader.Attributes(body);
        while (attributes.Read())
        {
            if ((ElementsAttribute)attributes.Type != ElementsAttribute.Elements)
            {
                continue;
            }

            var elements = attributes.AsNest();
            while (elements.Read())
            {
                var element = new RawExpression("", elements.Payload.ToArray());
                map.Elements.Add((
                    element.Find((ushort)ElementAttribute.Key, (ushort)DataAttribute.Value) ?? [],
                    element.Find((ushort)ElementAttribute.Data, (ushort)DataAttribute.Verdict, (ushort)VerdictAttribute.Chain) is { } chain ? ReadText(chain) : null));
            }
        }
    }

    /// <summary>A text with its terminating NUL.</summary>
    public static string ReadText(ReadOnlySpan<byte> bytes) => System.Text.Encoding.UTF8.GetString(bytes.TrimEnd((byte)0));

    private bool Walk(Action begin, ReplyVisitor visit) => !IsGone(connection.Walk(_request, begin, visit));

    private static bool IsGone(KernelError? error)
    {
        if (error is { Errno: Errno.ENOENT })
        {
            return true;
        }

        ThrowIf(error, "read the table");
        return false;
    }

    private static void ThrowIf(KernelError? error, string step)
    {
        if (error is { } refusal)
        {
            throw new NftablesException(new Refusal(NftablesMessage.GetTable, step, refusal));
        }
    }

    private AttributeWriter Begin(NftablesMessage message, MessageFlags flags)
    {
        _request.Clear();
        var body = _request.Begin(message.Type(), flags);
        body.WriteFixed(new NetfilterHeader(NftablesMessages.Inet));
        return body;
    }
}
