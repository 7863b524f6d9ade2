using System.CommandLine;
using System.CommandLine.Parsing;
using Gorb.Client;
using Gorb.Model;

namespace Gorb.Cli;

/// <summary>The daemon to which a verb sends its request.</summary>
/// <param name="Url">Its address.</param>
/// <param name="TokenFile">The file with the token of the request; null for that of the environment.</param>
/// <param name="Files">The files for https.</param>
internal sealed record GorbServer(Uri Url, string? TokenFile, ClientFiles Files)
{
    /// <summary>Creates a client of the daemon.</summary>
    /// <exception cref="SettingException">The file of the token, or one for https, cannot be used.</exception>
    public GorbClient Connect(TimeSpan timeout) => new(Url, timeout, token: ServerToken.Read(TokenFile), tls: Files.Read(Url));
}

/// <summary>The options of verbs that ask a daemon: which one, and how they show who they are.</summary>
internal sealed class ServerArgument
{
    public Option<Uri> Option { get; } = new("--server", "-s")
    {
        Description = $"The daemon's address: host and port, a URL (https://lb.example:4673), or \"{ListenAddress.ExampleSocket}\". The environment's {DaemonUrl.Variable} is the default.",
        HelpName = "URL",
        CustomParser = static result => Parse(result, result.Tokens[0].Value, "--server"),
        DefaultValueFactory = static result => Parse(result, DaemonUrl.Default, DaemonUrl.Variable)!,
    };

    public Option<string?> TokenFile { get; } = NewTokenFile();

    public GorbServer Read(ParseResult result) => new(result.GetValue(Option)!, result.GetValue(TokenFile), Tls.Read(result));

    public ClientTlsArguments Tls { get; } = new();

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
            result.AddError($"{source} '{DaemonUrl.Hide(text)}' is not the address of a daemon; write \"127.0.0.1:4672\", \"https://lb.example:4673\" or \"{ListenAddress.ExampleSocket}\".");
        }

        return parsed;
    }
}

internal static class ServerArgumentExtensions
{
    /// <summary>Adds the options of a verb that asks a daemon. A collection initializer calls this.</summary>
    public static void Add(this Command command, ServerArgument server)
    {
        command.Options.Add(server.Option);
        command.Options.Add(server.TokenFile);
        foreach (var option in server.Tls.All)
        {
            command.Options.Add(option);
        }
    }
}
