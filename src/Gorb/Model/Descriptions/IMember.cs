namespace Gorb.Model.Descriptions;

/// <summary>The JSON type of a member.</summary>
internal enum MemberKind
{
    Text,

    /// <summary>A 32-bit integer.</summary>
    Number,

    /// <summary>An integer of more than 31 bits.</summary>
    LargeNumber,

    Flag,

    /// <summary>An object with its own description.</summary>
    Object,

    /// <summary>A value of several types.</summary>
    Any,
}

/// <summary>The section in which a member is documented, which also determines when it is read.</summary>
internal enum Section
{
    /// <summary>The object itself. Members that are validated by themselves are read before the address of a service.</summary>
    General,

    /// <summary>How a service uses the results of checks.</summary>
    Policy,
}

/// <summary>The description of a member, as the documentation uses it.</summary>
internal interface IMember
{
    /// <summary>The name in JSON.</summary>
    string Name { get; }

    MemberKind Kind { get; }

    /// <summary>The meaning, in sentences (CommonMark).</summary>
    string Meaning { get; }

    /// <summary>The default (CommonMark); null if it needs no mention.</summary>
    string? Default { get; }

    /// <summary>A link relative to <c>docs/</c> with details, such as <c>[schedulers](concepts.md#schedulers)</c>; null for none.</summary>
    string? See { get; }

    Section Section { get; }

    /// <summary>The description of the member's object; null for other kinds.</summary>
    IDescription? Inner { get; }
}
