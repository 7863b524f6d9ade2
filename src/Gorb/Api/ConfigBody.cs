using Gorb.Documents;

namespace Gorb.Api;

/// <summary>The whole wanted table.</summary>
/// <remarks>For the description alone: documents are read and written member by member.</remarks>
internal sealed record ConfigBody
{
    /// <summary>Services by name; {} stands for none.</summary>
    public required IReadOnlyDictionary<string, ConfigServiceBody> Services { get; init; }
}

/// <summary>A service of a document: the members of its PUT, which their description adds, and its backends.</summary>
internal sealed record ConfigServiceBody
{
    /// <summary>Backends by name: the members of their PUT, but a weight of 0 is 0.</summary>
    public IReadOnlyDictionary<string, BackendBody>? Backends { get; init; }
}
