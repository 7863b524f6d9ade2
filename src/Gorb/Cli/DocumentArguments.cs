using System.CommandLine;
using System.CommandLine.Parsing;

namespace Gorb.Cli;

/// <summary>The arguments of the verbs that read and write documents.</summary>
internal sealed class DocumentArguments
{
    public Argument<string> File { get; } = new("FILE") { Description = "A document, YAML or JSON; \"-\" is standard input." };

    public Option<Uri> Server { get; } = new("--server", "-s")
    {
        Description = "The daemon's address.",
        HelpName = "URL",
        CustomParser = ParseServer,
        DefaultValueFactory = static _ => ListenAddress.DefaultUrl,
    };

    public Option<bool> NoPrune { get; } = new("--no-prune") { Description = "Only add and change; what the document does not have stays." };

    public Option<bool> KeepWeights { get; } = new("--keep-weights") { Description = "Backends that are there keep their weights." };

    public string ReadFile(ParseResult result) => result.GetValue(File)!;

    public Uri ReadServer(ParseResult result) => result.GetValue(Server)!;

    /// <summary>What the options are in the query of a request.</summary>
    public string ReadQuery(ParseResult result) => $"?prune={(result.GetValue(NoPrune) ? "false" : "true")}&keep_weights={(result.GetValue(KeepWeights) ? "true" : "false")}";

    private static Uri? ParseServer(ArgumentResult result)
    {
        var text = result.Tokens[0].Value;
        var parsed = DaemonUrl.Parse(text);
        if (parsed is null)
        {
            result.AddError($"--server '{text}' is not the address of a daemon; write \"127.0.0.1:4672\" or \"http://lb.example:4672\".");
        }

        return parsed;
    }
}
