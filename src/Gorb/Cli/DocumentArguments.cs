using System.CommandLine;

namespace Gorb.Cli;

/// <summary>The arguments of the verbs that read and write documents.</summary>
internal sealed class DocumentArguments
{
    public Argument<string> File { get; } = new("FILE") { Description = "A document, YAML or JSON; \"-\" is standard input." };

    public ServerArgument Server { get; } = new();

    public Option<string?> Source { get; } = new("--source")
    {
        Description = "The source whose part of the table the document is, such as \"deploy\"; get shows the whole table without it, apply and diff are for \"api\" then.",
        HelpName = "NAME",
    };

    public Option<bool> Secrets { get; } = new("--secrets") { Description = "Show the secrets of checks, as a backup needs them; for the role admin." };

    public Option<bool> NoPrune { get; } = new("--no-prune") { Description = "Only add and change; what the document does not have stays." };

    public Option<bool> KeepWeights { get; } = new("--keep-weights") { Description = "Backends that are there keep their weights." };

    public Option<bool> Quiet { get; } = VerbOutput.NewOption();

    public string ReadFile(ParseResult result) => result.GetValue(File)!;

    public VerbOutput ReadOutput(ParseResult result) => new(result.GetValue(Quiet));

    /// <summary>Builds the query of a request that gets a document; empty for the whole table without secrets.</summary>
    public static string Part(string? source, bool withSecrets) => (source, withSecrets) switch
    {
        (null, false) => "",
        (null, true) => "?secrets=true",
        (_, false) => SourceQuery(source),
        _ => $"{SourceQuery(source)}&secrets=true",
    };

    private static string SourceQuery(string source) => $"?source={Uri.EscapeDataString(source)}";

    /// <summary>Builds the query of a request that sends a document.</summary>
    public string ReadQuery(ParseResult result) =>
        $"?prune={Word(result.GetValue(NoPrune) is false)}&keep_weights={Word(result.GetValue(KeepWeights))}{(result.GetValue(Source) is { } source ? SourceQuery(source).Replace('?', '&') : "")}";

    private static string Word(bool value) => value ? "true" : "false";
}
