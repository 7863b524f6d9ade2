using System.CommandLine;
using Gorb.Client;

namespace Gorb.Cli;

/// <summary><c>gorb healthcheck</c>: requests /healthz of a running daemon, for container images without curl.</summary>
internal static class HealthcheckCommand
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(3);

    public static Command Create()
    {
        var listen = new Option<string?>("--listen", "-l")
        {
            Description = $"An address at which the daemon listens, as its option has it. The environment's {ListenAddress.Variable} is the default, otherwise the socket or 127.0.0.1:4672.",
            HelpName = "ADDRESS",
        };
        var command = new Command("healthcheck", "Exits with 0 when the daemon on this host answers, with 1 when not, as Docker expects.") { listen };
        command.SetAction((result, cancellationToken) => RunAsync(result.GetValue(listen), cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(string? given, CancellationToken cancellationToken)
    {
        var listen = given ?? ListenAddress.Defaults[0];
        if (ListenAddress.Parse(listen) is not { } endpoint)
        {
            await Terminal.WriteErrorAsync($"'{listen}' is not an address and port, and not a socket as in \"{ListenAddress.ExampleSocket}\"");
            return ExitStatus.Usage;
        }

        var tls = new ClientTls { IsTrusted = static _ => true }; // it asks this host, sends no secret, and learns no more than that something answers
        using var client = new GorbClient(given is null ? ListenAddress.DefaultUrl : ListenAddress.Url(endpoint), Timeout, tls: tls);
        try
        {
            await client.SendAsync(new GorbRequest(HttpMethod.Get, "/healthz"), cancellationToken);
            return ExitStatus.Done;
        }
        catch (GorbException error)
        {
            await Terminal.WriteErrorAsync(error.Message);
            return ExitStatus.Differs;
        }
    }
}
