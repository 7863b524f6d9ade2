using System.CommandLine;
using System.Text.Json;
using Gorb.Cli.Objects;
using Gorb.Client;

namespace Gorb.Cli.Operate;

/// <summary><c>gorb director</c>: takes a director of a cluster out of service, and back.</summary>
internal static class DirectorCommand
{
    public static Command Create() => new("director", "Takes a director of a cluster out of service, and back.")
    {
        Create("drain", "Hands all addresses of a director over to the others. It takes none until it is resumed, also after a restart."),
        Create("resume", "Lets a drained director take addresses again. Those that others hold stay where they are."),
    };

    private static Command Create(string verb, string description)
    {
        var director = new Argument<string>("DIRECTOR") { Description = "The director's name (--director, else the name of its host)." };
        var quiet = VerbOutput.NewOption();
        var server = new ServerArgument();
        var command = new Command(verb, description) { director, quiet, server };
        command.SetAction((result, stop) => DaemonCall.RunAsync(
            server.Read(result),
            new GorbRequest(HttpMethod.Post, $"/director/{Uri.EscapeDataString(result.GetValue(director)!)}/{verb}") { Answer = GorbRequest.Json },
            null,
            text => PrintAsync(text, new VerbOutput(result.GetValue(quiet))),
            stop));
        return command;
    }

    private static async Task<int> PrintAsync(string answer, VerbOutput output)
    {
        using var document = JsonDocument.Parse(answer);
        var root = document.RootElement;
        var (director, addresses) = (root.Required("director").GetString(), ((JsonElement?)root).List("addresses").Select(static address => address.GetString()));
        var held = string.Join(", ", addresses) is { Length: > 0 } list ? list : "no address";
        await output.WriteAsync(root.Required("drained").GetBoolean() ? $"{director} hands over {held}\n" : $"{director} takes part again, with {held}\n");
        return ExitStatus.Done;
    }
}
