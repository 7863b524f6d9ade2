using System.Text.Json;

namespace Gorb.Model.Descriptions;

/// <summary>A member of an object of the API. It is described here alone: reading, showing, comparing, storing and documenting follow.</summary>
/// <param name="name">Its name in JSON.</param>
/// <param name="kind">What it holds.</param>
/// <param name="meaning">What it is, in sentences (CommonMark).</param>
internal abstract class Member<T>(string name, MemberKind kind, string meaning) : IMember
{
    public string Name { get; } = name;

    public MemberKind Kind { get; } = kind;

    public string Meaning { get; } = meaning;

    public string? Default { get; init; }

    public string? See { get; init; }

    public Section Section { get; init; }

    public virtual IDescription? Inner => null;

    /// <summary>The name as it is written.</summary>
    protected JsonEncodedText Key { get; } = JsonEncodedText.Encode(name);

    /// <summary>Writes the member, unless its owner has nothing to show of it.</summary>
    public abstract void Show(Utf8JsonWriter json, T owner);
}
