using Gorb.Ipvs.Netlink;

namespace Gorb.Ipvs.Filters;

/// <summary>Reads the expressions of one rule of nftables: the registers of its small machine, and what is tested of them.</summary>
internal sealed class NftablesRule
{
    private readonly Dictionary<uint, (FilterField Field, byte[]? Mask)> _registers = [];
    private readonly List<FilterTest> _tests = [];
    private bool _hasMore;
    private FilterVerdict _verdict = FilterVerdict.Continue;
    private string? _target;

    public FilterRule ToRule(string handle) => new(handle, _tests, _hasMore, _verdict, _target);

    public void Read(AttributeReader expressions)
    {
        while (expressions.Read()) // NFTA_LIST_ELEM
        {
            var name = "";
            var data = default(AttributeReader);
            var expression = expressions.AsNest();
            while (expression.Read())
            {
                switch (expression.Type)
                {
                    case 1: // NFTA_EXPR_NAME
                        name = expression.AsText();
                        break;
                    case 2: // NFTA_EXPR_DATA
                        data = expression.AsNest();
                        break;
                }
            }

            Read(name, data);
        }
    }

    private void Read(string name, AttributeReader data)
    {
        switch (name)
        {
            case "meta":
                Load(data, static key => key switch { 4 => FilterField.InputLink, 6 => FilterField.InputName, 15 => FilterField.Family, 16 => FilterField.Protocol, _ => null }); // NFT_META_*
                break;
            case "ct":
                Load(data, static key => key == 0 ? FilterField.TrackingState : null); // NFT_CT_STATE
                break;
            case "payload":
                LoadPayload(data);
                break;
            case "bitwise":
                Mask(data);
                break;
            case "cmp":
                Compare(data);
                break;
            case "immediate":
                Decide(data);
                break;
            case "reject":
                _verdict = FilterVerdict.Drop;
                break;
            case "counter" or "log" or "notrack" or "last":
                break; // they let every packet pass
            case "target" or "queue" or "masq" or "snat" or "dnat" or "redir" or "tproxy" or "synproxy":
                _verdict = FilterVerdict.Unknown;
                break;
            default:
                _hasMore = true;
                break;
        }
    }

    /// <summary>Reads an expression that loads something by its number into a register.</summary>
    private void Load(AttributeReader data, Func<uint, FilterField?> field)
    {
        var (register, key) = (0u, 0u);
        while (data.Read())
        {
            (register, key) = data.Type switch { 1 => (data.AsBigEndian(), key), 2 => (register, data.AsBigEndian()), _ => (register, key) }; // NFTA_META_DREG and NFTA_META_KEY, and those of ct
        }

        Load(register, field(key));
    }

    private void LoadPayload(AttributeReader data)
    {
        uint register = 0, part = 0, offset = 0, length = 0;
        while (data.Read())
        {
            switch (data.Type)
            {
                case 1: // NFTA_PAYLOAD_DREG
                    register = data.AsBigEndian();
                    break;
                case 2: // NFTA_PAYLOAD_BASE: 1 is the network header, 2 the transport header
                    part = data.AsBigEndian();
                    break;
                case 3: // NFTA_PAYLOAD_OFFSET
                    offset = data.AsBigEndian();
                    break;
                case 4: // NFTA_PAYLOAD_LEN
                    length = data.AsBigEndian();
                    break;
            }
        }

        Load(register, (part, offset, length) switch
        {
            (1, 9, 1) or (1, 6, 1) => FilterField.Protocol,
            (1, 12, 4) or (1, 8, 16) => FilterField.Source,
            (1, 16, 4) or (1, 24, 16) => FilterField.Destination,
            (2, 0, 2) => FilterField.SourcePort,
            (2, 2, 2) => FilterField.DestinationPort,
            _ => null,
        });
    }

    private void Load(uint register, FilterField? field)
    {
        _registers.Remove(register);
        if (field is { } known)
        {
            _registers[register] = (known, null);
        }
    }

    private void Mask(AttributeReader data)
    {
        uint from = 0, to = 0, operation = 0;
        byte[] mask = [];
        while (data.Read())
        {
            switch (data.Type)
            {
                case 1: // NFTA_BITWISE_SREG
                    from = data.AsBigEndian();
                    break;
                case 2: // NFTA_BITWISE_DREG
                    to = data.AsBigEndian();
                    break;
                case 4: // NFTA_BITWISE_MASK
                    mask = Value(data.AsNest());
                    break;
                case 6: // NFTA_BITWISE_OP: 0 is "and, then xor"; masks of addresses xor with 0
                    operation = data.AsBigEndian();
                    break;
            }
        }

        var isKnown = _registers.Remove(from, out var loaded) && operation == 0;
        _registers.Remove(to);
        if (isKnown)
        {
            _registers[to] = (loaded.Field, mask);
        }
    }

    private void Compare(AttributeReader data)
    {
        uint register = 0, operation = 0;
        byte[] value = [];
        while (data.Read())
        {
            switch (data.Type)
            {
                case 1: // NFTA_CMP_SREG
                    register = data.AsBigEndian();
                    break;
                case 2: // NFTA_CMP_OP: 0 is "equal", 1 "not equal"
                    operation = data.AsBigEndian();
                    break;
                case 3: // NFTA_CMP_DATA
                    value = Value(data.AsNest());
                    break;
            }
        }

        if (operation > 1 || !_registers.TryGetValue(register, out var loaded) || (loaded.Mask is { } mask && mask.Length != value.Length))
        {
            _hasMore = true;
            return;
        }

        _tests.Add(new FilterTest(loaded.Field, loaded.Mask ?? [.. Enumerable.Repeat((byte)0xFF, value.Length)], value, value, operation == 1));
    }

    private void Decide(AttributeReader data)
    {
        while (data.Read())
        {
            if (data.Type == 2) // NFTA_IMMEDIATE_DATA
            {
                ReadData(data.AsNest());
            }
        }
    }

    private void ReadData(AttributeReader data)
    {
        while (data.Read())
        {
            if (data.Type == 2) // NFTA_DATA_VERDICT
            {
                ReadVerdict(data.AsNest());
            }
        }
    }

    private void ReadVerdict(AttributeReader verdict)
    {
        while (verdict.Read())
        {
            switch (verdict.Type)
            {
                case 1: // NFTA_VERDICT_CODE: NF_* and NFT_* of linux/netfilter/nf_tables.h
                    _verdict = (int)verdict.AsBigEndian() switch
                    {
                        0 => FilterVerdict.Drop,
                        1 => FilterVerdict.Accept,
                        -1 => FilterVerdict.Continue,
                        -3 => FilterVerdict.Jump,
                        -4 => FilterVerdict.GoTo,
                        -5 => FilterVerdict.Return,
                        _ => FilterVerdict.Unknown,
                    };
                    break;
                case 2: // NFTA_VERDICT_CHAIN
                    _target = verdict.AsText();
                    break;
            }
        }
    }

    private static byte[] Value(AttributeReader data)
    {
        while (data.Read())
        {
            if (data.Type == 1) // NFTA_DATA_VALUE
            {
                return data.Payload.ToArray();
            }
        }

        return [];
    }
}
