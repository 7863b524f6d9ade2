using System.CommandLine;
using System.CommandLine.Parsing;

namespace Gorb.Cli;

/// <summary>The option <c>--server</c>: the daemon to which a verb sends its request.</summary>
internal sealed class ServerArgument
{
    public Option<Uri> Option { get; } = new("--server", "-s")
    {
        Description = $"The daemon's address: host and port, a URL, or \"{ListenAddress.ExampleSocket}\". The environment's {DaemonUrl.Variable} is the default.",
        HelpName = "URL",
        CustomParser = static result => Parse(result, result.Tokens[0].Value, "--server"),
        DefaultValueFactory = static result => Parse(result, DaemonUrl.Default, DaemonUrl.Variable)!,
    };

    public Uri Read(ParseResult result) => result.GetValue(Option)!;

    private static Uri? Parse(ArgumentResult result, string text, string source)
    {
        var parsed = DaemonUrl.Parse(text);
        if (parsed is null)
        {
            result.AddError($"{source} '{text}' is not the address of a daemon; write \"127.0.0.1:4672\", \"http://lb.example:4672\" or \"{ListenAddress.ExampleSocket}\".");
        }

        return parsed;
    }
}
