using System.Net;
using Gorb.Model;
using Gorb.Writer;

namespace Gorb.Access;

/// <summary>
/// Stops the start of a daemon that other hosts can reach but that asks no client for a token. No request is served before this check: requests wait until the daemon has started.
/// </summary>
internal sealed class ListenGate(IReadOnlyList<EndPoint> listen, AccessOptions options, TokenBook tokens, TableWriter tableWriter) : IHostedService
{
    /// <exception cref="SettingException">The API could be reached from other hosts, and has no token.</exception>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (options.Insecure || listen.OfType<IPEndPoint>().FirstOrDefault(static endpoint => !IPAddress.IsLoopback(endpoint.Address)) is not { } open)
        {
            return;
        }

        await tableWriter.Started.WaitAsync(cancellationToken); // it reads the tokens with the table
        if (!tokens.HasAny)
        {
            throw new SettingException(Explain(open));
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private static string Explain(IPEndPoint open) =>
        $"other hosts can reach {open} (option -l, GORB_LISTEN), and there is no token to ask them for. Either\n"
        + "  give the daemon a first token:          (umask 077; head -c 32 /dev/urandom | base64 >/etc/gorb-token); gorb --token-file /etc/gorb-token ...\n"
        + "  or create one before, while the daemon listens on this host only:    gorb token create NAME --role admin\n"
        + "  or let everyone who reaches it own the balancer, as GORB does:       gorb --insecure ...";
}
