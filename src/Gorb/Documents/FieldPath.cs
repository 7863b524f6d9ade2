namespace Gorb.Documents;

/// <summary>Where an object stands in a body. It becomes text only when a problem has to name it, which of ten thousand objects few do.</summary>
/// <param name="Parent">The object around it; null for the body itself.</param>
/// <param name="Name">Its name there.</param>
internal sealed record FieldPath(FieldPath? Parent, string Name)
{
    /// <summary>The body itself.</summary>
    public static FieldPath Root { get; } = new(null, "");

    public FieldPath Below(string name) => new(this, name);

    /// <summary>The path of a member, such as <c>services.web.port</c>.</summary>
    public string Member(string? name) => Parent is null ? name ?? "" : $"{this}.{name}";

    public override string ToString() => Parent?.Member(Name) ?? "";
}
