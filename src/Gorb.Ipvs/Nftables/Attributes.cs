namespace Gorb.Ipvs.Nftables;

// Attributes of nf_tables, those that this library sends or reads (linux/netfilter/nf_tables.h). Numbers are 32 bits in network order unless noted.

/// <summary>Attributes of the begin message of a transaction (NFNL_BATCH_*).</summary>
internal enum BatchAttribute : ushort
{
    Generation = 1,  // NFNL_BATCH_GENID  ERESTART if the ruleset has another generation
}

/// <summary>Attributes of the generation (NFTA_GEN_*).</summary>
internal enum GenerationAttribute : ushort
{
    Id = 1,  // NFTA_GEN_ID
}

/// <summary>Attributes of a table (NFTA_TABLE_*).</summary>
internal enum TableAttribute : ushort
{
    Name = 1,      // NFTA_TABLE_NAME
    Flags = 2,     // NFTA_TABLE_FLAGS     1: dormant
    UserData = 6,  // NFTA_TABLE_USERDATA  bytes for nft: type, length, value
}

/// <summary>Attributes of a chain (NFTA_CHAIN_*).</summary>
internal enum ChainAttribute : ushort
{
    Table = 1,   // NFTA_CHAIN_TABLE
    Name = 3,    // NFTA_CHAIN_NAME
    Hook = 4,    // NFTA_CHAIN_HOOK    nest of HookAttribute; only of chains that the kernel itself calls
    Policy = 5,  // NFTA_CHAIN_POLICY  1: accept
    Type = 7,    // NFTA_CHAIN_TYPE    text
}

/// <summary>Where the kernel calls a chain (NFTA_HOOK_*).</summary>
internal enum HookAttribute : ushort
{
    Number = 1,    // NFTA_HOOK_HOOKNUM   4: postrouting
    Priority = 2,  // NFTA_HOOK_PRIORITY
}

/// <summary>Attributes of a rule (NFTA_RULE_*).</summary>
internal enum RuleAttribute : ushort
{
    Table = 1,        // NFTA_RULE_TABLE
    Chain = 2,        // NFTA_RULE_CHAIN
    Expressions = 4,  // NFTA_RULE_EXPRESSIONS  nest of ListAttribute.Element, each a nest of ExpressionAttribute
}

/// <summary>The elements of a list (NFTA_LIST_*).</summary>
internal enum ListAttribute : ushort
{
    Element = 1,  // NFTA_LIST_ELEM
}

/// <summary>Attributes of an expression (NFTA_EXPR_*).</summary>
internal enum ExpressionAttribute : ushort
{
    Name = 1,  // NFTA_EXPR_NAME
    Data = 2,  // NFTA_EXPR_DATA  nest; its attributes depend on the name
}

/// <summary>A value or a verdict (NFTA_DATA_*).</summary>
internal enum DataAttribute : ushort
{
    Value = 1,    // NFTA_DATA_VALUE    bytes
    Verdict = 2,  // NFTA_DATA_VERDICT  nest of VerdictAttribute
}

/// <summary>A verdict (NFTA_VERDICT_*).</summary>
internal enum VerdictAttribute : ushort
{
    Code = 1,   // NFTA_VERDICT_CODE
    Chain = 2,  // NFTA_VERDICT_CHAIN
}

/// <summary>Attributes of a set or a map (NFTA_SET_*).</summary>
internal enum SetAttribute : ushort
{
    Table = 1,      // NFTA_SET_TABLE
    Name = 2,       // NFTA_SET_NAME
    Flags = 3,      // NFTA_SET_FLAGS      8: a map
    KeyType = 4,    // NFTA_SET_KEY_TYPE   how nft shows the keys; the kernel keeps it only
    KeyLength = 5,  // NFTA_SET_KEY_LEN
    DataType = 6,   // NFTA_SET_DATA_TYPE  0xFFFFFF00: verdicts
    Id = 10,        // NFTA_SET_ID         names the set within its transaction
}

/// <summary>Attributes of a list of elements (NFTA_SET_ELEM_LIST_*).</summary>
internal enum ElementsAttribute : ushort
{
    Table = 1,     // NFTA_SET_ELEM_LIST_TABLE
    Set = 2,       // NFTA_SET_ELEM_LIST_SET
    Elements = 3,  // NFTA_SET_ELEM_LIST_ELEMENTS  nest of ListAttribute.Element, each a nest of ElementAttribute
}

/// <summary>Attributes of an element (NFTA_SET_ELEM_*).</summary>
internal enum ElementAttribute : ushort
{
    Key = 1,   // NFTA_SET_ELEM_KEY   nest of DataAttribute
    Data = 2,  // NFTA_SET_ELEM_DATA  nest of DataAttribute
}
