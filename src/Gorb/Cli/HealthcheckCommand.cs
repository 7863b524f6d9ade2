using System.CommandLine;

namespace Gorb.Cli;

/// <summary><c>gorb healthcheck</c>: asks a running daemon for /healthz, for containers that bring no curl.</summary>
internal static class HealthcheckCommand
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(3);

    public static Command Create()
    {
        var listen = new Option<string>("--listen", "-l")
        {
            Description = $"The address and port the daemon listens on. The environment's {ListenAddress.Variable} is the default.",
            HelpName = "ADDRESS:PORT",
            DefaultValueFactory = static _ => ListenAddress.Default,
        };
        var command = new Command("healthcheck", "Exits with 0 when the daemon on this host answers, with 1 when not.") { listen };
        command.SetAction((result, cancellationToken) => RunAsync(result.GetValue(listen)!, cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(string listen, CancellationToken cancellationToken)
    {
        if (ListenAddress.Parse(listen) is not { } endpoint)
        {
            await Console.Error.WriteLineAsync($"'{listen}' is not an address and port");
            return 2;
        }

        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { Timeout = Timeout }; // the environment's proxy is for the world outside
        try
        {
            using var answer = await http.GetAsync(new Uri(ListenAddress.Url(endpoint), "/healthz"), cancellationToken);
            return answer.IsSuccessStatusCode ? 0 : 1;
        }
        catch (Exception error) when (error is HttpRequestException or TaskCanceledException)
        {
            await Console.Error.WriteLineAsync(error.Message);
            return 1;
        }
    }
}
