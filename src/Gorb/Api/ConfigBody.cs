using Gorb.Documents;

namespace Gorb.Api;

/// <summary>The whole wanted table.</summary>
/// <remarks>Serves only the OpenAPI description; documents are read and written member by member. The summaries here are part of that description.</remarks>
internal sealed record ConfigBody
{
    /// <summary>Services by name; {} stands for none.</summary>
    public required IReadOnlyDictionary<string, ConfigServiceBody> Services { get; init; }

    /// <summary>What the source has left out by itself, and why, such as labels that a Docker link refuses: at most 100 texts of at most 500 characters. GET /sources shows them; they change nothing.</summary>
    public IReadOnlyList<string>? Refused { get; init; }
}

/// <summary>A service of a document: the members of its PUT, which their description adds, and its backends.</summary>
internal sealed record ConfigServiceBody
{
    /// <summary>The source that declares the service, as GET shows it. An entry of another source than the document's is left alone, and restored where it is missing.</summary>
    public string? Source { get; init; }

    /// <summary>Backends by name: the members of their PUT, but a weight of 0 is 0.</summary>
    public IReadOnlyDictionary<string, ConfigBackendBody>? Backends { get; init; }
}

/// <summary>A backend of a document: the members of its PUT, which their description adds.</summary>
internal sealed record ConfigBackendBody
{
    /// <summary>What an operator set above what the source declares, as GET shows it. It counts for a backend that is not there yet.</summary>
    public OperatorView? Operator { get; init; }

    /// <summary>The source that declares the backend, where it is not that of its service.</summary>
    public string? Source { get; init; }
}
