using System.CommandLine;
using Gorb.Cli.Show;
using Gorb.Model;

namespace Gorb.Cli.Contexts;

/// <summary><c>gorb context add|use|list|rm</c>: names for daemons.</summary>
internal static class ContextCommand
{
    public static Command Create() => new("context", "Gives daemons names, so that verbs need no --server and --token-file.") { CreateAdd(), CreateUse(), CreateList(), CreateRemove() };

    private static Command CreateAdd()
    {
        var name = NewName();
        name.Validators.Add(static result =>
        {
            if (result.Tokens is [{ Value: ContextFile.None or "" }])
            {
                result.AddError($"'{result.Tokens[0].Value}' cannot be the name of a context: \"{ContextFile.None}\" is the daemon of this host.");
            }
        });
        var url = new Argument<string>("URL") { Description = "Its address, as --server takes it: https://lb.example:4673, 127.0.0.1:4672 or unix:/run/gorb/gorb.sock." };
        url.Validators.Add(static result =>
        {
            if (result.Tokens is [var token] && DaemonUrl.Parse(token.Value) is null)
            {
                result.AddError($"'{DaemonUrl.Hide(token.Value)}' is not the address of a daemon; write \"127.0.0.1:4672\", \"https://lb.example:4673\" or \"{ListenAddress.ExampleSocket}\".");
            }
        });
        var token = NewFile("--token-file", "File with the token to send.");
        var ca = NewFile("--ca", "PEM file with the authority of its certificate.");
        var cert = NewFile("--cert", "PEM file with the client certificate to show.");
        var key = NewFile("--key", "PEM file with the private key of --cert.");
        var command = new Command("add", "Names a daemon, or changes what a name means.") { name, url, token, ca, cert, key };
        command.SetAction((result, _) => RunAsync(async contexts =>
        {
            var context = new Context(result.GetValue(url)!, Full(result.GetValue(token)), Full(result.GetValue(ca)), Full(result.GetValue(cert)), Full(result.GetValue(key)));
            contexts.Contexts[result.GetValue(name)!] = context;
            ContextFile.Write(contexts);
            await Terminal.WriteLineAsync($"{result.GetValue(name)} is {context.Server}; \"gorb context use {result.GetValue(name)}\" lets all verbs use it");
        }));
        return command;
    }

    private static Command CreateUse()
    {
        var name = NewName();
        name.Description = $"The context that verbs use from now on; \"{ContextFile.None}\" for the daemon of this host.";
        var command = new Command("use", "Chooses the daemon that verbs use where neither --server, nor --context, nor GORB_ADDR names one.") { name };
        command.SetAction((result, _) => RunAsync(contexts =>
        {
            var chosen = contexts.Find(result.GetValue(name)) is null ? null : result.GetValue(name);
            ContextFile.Write(contexts with { Current = chosen });
            return Task.CompletedTask;
        }));
        return command;
    }

    private static Command CreateList()
    {
        var command = new Command("list", "Lists the contexts; the one in use has an asterisk.");
        command.SetAction((_, _) => RunAsync(contexts => Terminal.WriteFormattedAsync(new TextTable("CONTEXT", "USED", "SERVER", "TOKEN FILE", "CERTIFICATE").Format(
        [
            .. contexts.Contexts.Select(context => new TableRow(
                Tone.Plain, context.Key, context.Key == contexts.Current ? "*" : "", context.Value.Server, context.Value.TokenFile ?? "", context.Value.Cert ?? "")),
        ]))));
        return command;
    }

    private static Command CreateRemove()
    {
        var name = NewName();
        var command = new Command("rm", "Forgets a context. Its files stay.") { name };
        command.SetAction((result, _) => RunAsync(contexts =>
        {
            contexts.Find(result.GetValue(name));
            contexts.Contexts.Remove(result.GetValue(name)!);
            ContextFile.Write(contexts.Current == result.GetValue(name) ? contexts with { Current = null } : contexts);
            return Task.CompletedTask;
        }));
        return command;
    }

    private static async Task<int> RunAsync(Func<ContextList, Task> use)
    {
        try
        {
            await use(ContextFile.Read());
            return ExitStatus.Done;
        }
        catch (SettingException error)
        {
            return await DaemonCall.FailAsync(error.Message);
        }
    }

    private static Argument<string> NewName() => new("NAME") { Description = "The name of the context." };

    private static Option<string?> NewFile(string name, string description) => new(name) { Description = description, HelpName = "FILE" };

    private static string? Full(string? path) => path is null ? null : Path.GetFullPath(path);
}
