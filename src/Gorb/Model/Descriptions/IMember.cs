namespace Gorb.Model.Descriptions;

/// <summary>What a member holds, as JSON has it.</summary>
internal enum MemberKind
{
    Text,

    /// <summary>A whole number of 32 bits.</summary>
    Number,

    /// <summary>A whole number of more than 31 bits.</summary>
    LargeNumber,

    Flag,

    /// <summary>An object that has a description of its own.</summary>
    Object,

    /// <summary>Values of several kinds.</summary>
    Any,
}

/// <summary>Where a member is documented, and when it is read.</summary>
internal enum Section
{
    /// <summary>With the object itself. A member that is judged alone is read before the address of a service.</summary>
    General,

    /// <summary>What a service does with the results of checks.</summary>
    Policy,
}

/// <summary>What the documentation says of a member.</summary>
internal interface IMember
{
    /// <summary>Its name in JSON.</summary>
    string Name { get; }

    MemberKind Kind { get; }

    /// <summary>What it is, in sentences (CommonMark).</summary>
    string Meaning { get; }

    /// <summary>What stands for its absence (CommonMark); null for nothing worth a word.</summary>
    string? Default { get; }

    /// <summary>A link below <c>docs/</c> to more about it, such as <c>[schedulers](concepts.md#schedulers)</c>; null for none.</summary>
    string? See { get; }

    Section Section { get; }

    /// <summary>The description of the object that the member holds; null for other kinds.</summary>
    IDescription? Inner { get; }
}
