using System.CommandLine;
using System.CommandLine.Parsing;

namespace Gorb.Cli;

/// <summary>The daemon to which a verb sends its request.</summary>
/// <param name="Url">Its address.</param>
/// <param name="TokenFile">The file with the token of the request; null for that of the environment.</param>
internal sealed record GorbServer(Uri Url, string? TokenFile);

/// <summary>The options <c>--server</c> and <c>--token-file</c> of verbs.</summary>
internal sealed class ServerArgument
{
    public Option<Uri> Option { get; } = new("--server", "-s")
    {
        Description = $"The daemon's address: host and port, a URL, or \"{ListenAddress.ExampleSocket}\". The environment's {DaemonUrl.Variable} is the default.",
        HelpName = "URL",
        CustomParser = static result => Parse(result, result.Tokens[0].Value, "--server"),
        DefaultValueFactory = static result => Parse(result, DaemonUrl.Default, DaemonUrl.Variable)!,
    };

    public Option<string?> TokenFile { get; } = NewTokenFile();

    public GorbServer Read(ParseResult result) => new(result.GetValue(Option)!, result.GetValue(TokenFile));

    public static Option<string?> NewTokenFile() => new("--token-file")
    {
        Description = $"File with the token to send. The environment's {ServerToken.Variable} (a token) or {ServerToken.FileVariable} (a path) is the default.",
        HelpName = "PATH",
    };

    private static Uri? Parse(ArgumentResult result, string text, string source)
    {
        var parsed = DaemonUrl.Parse(text);
        if (parsed is null)
        {
            result.AddError($"{source} '{DaemonUrl.Hide(text)}' is not the address of a daemon; write \"127.0.0.1:4672\", \"http://lb.example:4672\" or \"{ListenAddress.ExampleSocket}\".");
        }

        return parsed;
    }
}
