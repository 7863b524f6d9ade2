namespace Gorb.Documents;

/// <summary>The path of an object in a body. It is formatted only if a problem names it, which is rare among thousands of objects.</summary>
/// <param name="Parent">The path of the enclosing object; null for the body itself.</param>
/// <param name="Name">The name within the enclosing object.</param>
internal sealed record FieldPath(FieldPath? Parent, string Name)
{
    /// <summary>The body itself.</summary>
    public static FieldPath Root { get; } = new(null, "");

    public FieldPath Below(string name) => new(this, name);

    /// <summary>Formats the path of a member, such as <c>services.web.port</c>.</summary>
    public string Member(string? name) => Parent is null ? name ?? "" : $"{this}.{name}";

    public override string ToString() => Parent?.Member(Name) ?? "";
}
