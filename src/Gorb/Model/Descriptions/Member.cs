using System.Text.Json;

namespace Gorb.Model.Descriptions;

/// <summary>A member of an API object. Its description is the only definition: parsing, output, comparison, storage and documentation derive from it.</summary>
/// <param name="name">The name in JSON.</param>
/// <param name="kind">The JSON type.</param>
/// <param name="meaning">The meaning, in sentences (CommonMark).</param>
internal abstract class Member<T>(string name, MemberKind kind, string meaning) : IMember
{
    public string Name { get; } = name;

    public MemberKind Kind { get; } = kind;

    public string Meaning { get; } = meaning;

    public string? Default { get; init; }

    public string? See { get; init; }

    public Section Section { get; init; }

    public virtual IDescription? Inner => null;

    /// <summary>The encoded name.</summary>
    protected JsonEncodedText Key { get; } = JsonEncodedText.Encode(name);

    /// <summary>Writes the member, unless its owner has no value for it.</summary>
    public abstract void Show(Utf8JsonWriter json, T owner);
}
