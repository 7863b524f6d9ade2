using Gorb.Ipvs.Netlink;

namespace Gorb.Ipvs.Nftables;

/// <summary>A table as the kernel shows it.</summary>
internal sealed class RawTable
{
    /// <summary>False for a table that the kernel does not use (dormant), or that another process owns.</summary>
    public bool IsPlain { get; set; } = true;

    public Dictionary<string, RawChain> Chains { get; } = [];

    public Dictionary<string, RawMap> Maps { get; } = [];
}

/// <summary>A chain as the kernel shows it.</summary>
internal sealed class RawChain
{
    public string? Type { get; set; }

    public uint Hook { get; set; }

    public uint Priority { get; set; }

    public uint Policy { get; set; }

    public List<List<RawExpression>> Rules { get; } = [];

    public bool Matches(Chain chain) =>
        (chain.IsHooked ? (Type, Hook, Priority, Policy) == (Chain.Type, Chain.Hook, Chain.Priority, Chain.Accept) : Type is null)
        && Rules.Count == chain.Rules.Count
        && Rules.Zip(chain.Rules).All(static pair => Matches(pair.First, pair.Second));

    private static bool Matches(List<RawExpression> shown, Rule rule) =>
        shown.Count == rule.Expressions.Count && shown.Zip(rule.Expressions).All(static pair => pair.First.Matches(pair.Second));
}

/// <summary>An expression as the kernel shows it.</summary>
/// <param name="Name">The kind of expression.</param>
/// <param name="Data">The encoded attributes.</param>
internal sealed record RawExpression(string Name, byte[] Data)
{
    /// <summary>The expressions of a rule.</summary>
    public static List<RawExpression> ReadAll(AttributeReader list)
    {
        List<RawExpression> expressions = [];
        while (list.Read())
        {
            var kind = "";
            byte[] data = [];
            var attributes = list.AsNest();
            while (attributes.Read())
            {
                switch ((ExpressionAttribute)attributes.Type)
                {
                    case ExpressionAttribute.Name:
                        kind = attributes.AsText();
                        break;
                    case ExpressionAttribute.Data:
                        data = attributes.Payload.ToArray();
                        break;
                }
            }

            expressions.Add(new RawExpression(kind, data));
        }

        return expressions;
    }

    public bool Matches(Expression expression) => Name == expression.Name && Field.Match(expression.Fields, new AttributeReader(Data));

    /// <summary>The bytes of a nested attribute; null when the expression does not have it.</summary>
    public byte[]? Find(params ReadOnlySpan<ushort> path)
    {
        ReadOnlySpan<byte> payload = Data;
        foreach (var type in path)
        {
            var attributes = new AttributeReader(payload);
            do
            {
                if (!attributes.Read())
                {
                    return null;
                }
            }
            while (attributes.Type != type);
            payload = attributes.Payload;
        }

        return payload.ToArray();
    }
}

/// <summary>A set or map as the kernel shows it.</summary>
internal sealed class RawMap
{
    public uint Flags { get; set; }

    public uint KeyType { get; set; }

    public uint KeyLength { get; set; }

    public uint DataType { get; set; }

    /// <summary>The keys, with the chains that their verdicts name; null for another verdict.</summary>
    public List<(byte[] Key, string? Chain)> Elements { get; } = [];

    public bool Matches(VerdictMap map) =>
        (Flags, KeyType, KeyLength, DataType) == (VerdictMap.Flags, map.KeyType, (uint)map.KeyBytes, VerdictMap.Verdicts);
}
