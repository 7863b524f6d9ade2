using System.CommandLine;
using System.CommandLine.Parsing;

namespace Gorb.Cli;

/// <summary>The option <c>--server</c>: the daemon to which a verb sends its request.</summary>
internal sealed class ServerArgument
{
    public Option<Uri> Option { get; } = new("--server", "-s")
    {
        Description = "The daemon's address.",
        HelpName = "URL",
        CustomParser = Parse,
        DefaultValueFactory = static _ => ListenAddress.DefaultUrl,
    };

    public Uri Read(ParseResult result) => result.GetValue(Option)!;

    private static Uri? Parse(ArgumentResult result)
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
