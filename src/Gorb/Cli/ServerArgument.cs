using System.CommandLine;
using System.CommandLine.Parsing;
using Gorb.Cli.Contexts;
using Gorb.Client;
using Gorb.Model;

namespace Gorb.Cli;

/// <summary>The daemon to which a verb sends its request.</summary>
/// <param name="Url">Its address.</param>
/// <param name="TokenFile">The file with the token of the request; null for that of the environment.</param>
/// <param name="Files">The files for https.</param>
/// <param name="IsNamed">True when the user has named it, by an option, the environment or a context; otherwise none may run.</param>
internal sealed record GorbServer(Uri Url, string? TokenFile, ClientFiles Files, bool IsNamed)
{
    /// <summary>Creates a client of the daemon.</summary>
    /// <exception cref="SettingException">The file of the token, or one for https, cannot be used.</exception>
    public GorbClient Connect(TimeSpan timeout) => new(Url, timeout, token: ServerToken.Read(TokenFile), tls: Files.Read(Url));
}

/// <summary>The option --server.</summary>
/// <param name="owner">The options that it belongs to.</param>
internal sealed class ServerOption(ServerArgument owner) : Option<Uri>("--server", "-s")
{
    public ServerArgument Owner => owner;
}

/// <summary>The options of verbs that ask a daemon: which one, and how they show who they are.</summary>
internal sealed class ServerArgument
{
    public ServerArgument() => Option = new ServerOption(this)
    {
        Description = $"The daemon's address: host and port, a URL (https://lb.example:4673), or \"{ListenAddress.ExampleSocket}\". The environment's {DaemonUrl.Variable}, else the context in use, is the default.",
        HelpName = "URL",
        CustomParser = static result => Parse(result, result.Tokens[0].Value, "--server"),
        DefaultValueFactory = static result => Parse(result, DaemonUrl.Default, DaemonUrl.Variable)!,
    };

    public ServerOption Option { get; }

    public Option<string?> Context { get; } = new("--context")
    {
        Description = $"The context (\"gorb context\") that names the daemon, its token and its certificates; \"{ContextFile.None}\" for the daemon of this host.",
        HelpName = "NAME",
    };

    public Option<string?> TokenFile { get; } = NewTokenFile();

    public GorbServer Read(ParseResult result)
    {
        var context = FindContext(result.GetResult(Option), result.GetValue(Context));
        return context is null
            ? new GorbServer(result.GetValue(Option)!, result.GetValue(TokenFile), Tls.Read(result), IsNamed(result.GetResult(Option)))
            : new GorbServer(DaemonUrl.Parse(context.Server)!, result.GetValue(TokenFile) ?? context.TokenFile, Tls.Read(result, context), true);
    }

    /// <summary>Checks what <see cref="Read"/> relies on.</summary>
    public void Check(CommandResult result)
    {
        try
        {
            var name = result.GetResult(Context)?.Tokens is [var token, ..] ? token.Value : null; // a missing one is told by the parser
            if (name is not null && result.GetResult(Option) is { Implicit: false })
            {
                result.AddError("--server and --context both name the daemon; leave one out.");
            }
            else if (FindContext(result.GetResult(Option), name) is { } context && DaemonUrl.Parse(context.Server) is null)
            {
                result.AddError($"{ContextFile.Path}: '{DaemonUrl.Hide(context.Server)}' is not the address of a daemon; \"gorb context add\" changes it.");
            }
        }
        catch (SettingException error)
        {
            result.AddError(error.Message);
        }
    }

    /// <summary>Finds the context that names the daemon; null when an address does, or none is needed.</summary>
    private static Context? FindContext(OptionResult? server, string? name) => name is null && IsNamed(server) ? null : ContextFile.Read().Find(name);

    private static bool IsNamed(OptionResult? server) => server is { Implicit: false } || Environment.GetEnvironmentVariable(DaemonUrl.Variable) is { Length: > 0 };

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
        command.Options.Add(server.Context);
        command.Options.Add(server.TokenFile);
        foreach (var option in server.Tls.All)
        {
            command.Options.Add(option);
        }

        command.Validators.Add(server.Check);
    }
}
