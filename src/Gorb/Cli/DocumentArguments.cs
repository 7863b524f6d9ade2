using System.CommandLine;

namespace Gorb.Cli;

/// <summary>The arguments of the verbs that read and write documents.</summary>
internal sealed class DocumentArguments
{
    public Argument<string> File { get; } = new("FILE") { Description = "A document, YAML or JSON; \"-\" is standard input." };

    public ServerArgument Server { get; } = new();

    public Option<bool> NoPrune { get; } = new("--no-prune") { Description = "Only add and change; what the document does not have stays." };

    public Option<bool> KeepWeights { get; } = new("--keep-weights") { Description = "Backends that are there keep their weights." };

    public string ReadFile(ParseResult result) => result.GetValue(File)!;

    /// <summary>What the options are in the query of a request.</summary>
    public string ReadQuery(ParseResult result) => $"?prune={(result.GetValue(NoPrune) ? "false" : "true")}&keep_weights={(result.GetValue(KeepWeights) ? "true" : "false")}";
}
