using System.CommandLine;
using System.CommandLine.Parsing;
using Gorb.Client;

namespace Gorb.Cli;

/// <summary><c>gorb recipe</c>: prints the script that prepares a backend's host for direct routing or a tunnel.</summary>
internal static class RecipeCommand
{
    private const string ShellScript = "text/x-shellscript";

    public static Command Create()
    {
        var backend = new Argument<string>("SERVICE/BACKEND") { Description = "The backend." };
        backend.Validators.Add(Check);
        var vip = new Option<string?>("--vip")
        {
            Description = "For a service by firewall mark: its virtual addresses, with commas between them.",
            HelpName = "ADDRESSES",
        };
        var server = new ServerArgument();
        var command = new Command("recipe", "Prints a shell script that prepares a backend's host for direct routing or a tunnel: gorb recipe web/b1 | ssh root@10.9.0.21 sh")
        {
            backend, vip, server,
        };
        command.SetAction((result, stop) => DaemonCall.RunAsync(server.Read(result), Request(result.GetValue(backend)!, result.GetValue(vip)), null, DaemonCall.PrintAsync, stop));
        return command;
    }

    private static GorbRequest Request(string backend, string? vip)
    {
        var names = backend.Split('/').Select(Uri.EscapeDataString);
        var query = vip is null ? "" : $"?vip={Uri.EscapeDataString(vip)}";
        return new GorbRequest(HttpMethod.Get, $"/service/{string.Join('/', names)}/recipe{query}") { Answer = ShellScript };
    }

    private static void Check(ArgumentResult result)
    {
        if (result.Tokens is [var token] && token.Value.Split('/') is not [{ Length: > 0 }, { Length: > 0 }])
        {
            result.AddError($"'{token.Value}' is not a backend; write SERVICE/BACKEND, as in web/b1.");
        }
    }
}
