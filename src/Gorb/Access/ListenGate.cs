using System.Net;
using Gorb.Model;
using Gorb.Platform;
using Gorb.Writer;

namespace Gorb.Access;

/// <summary>
/// Stops the start of a daemon that other hosts can reach but that asks no client who it is. No request is served before this check: requests wait until the daemon has started.
/// </summary>
internal sealed partial class ListenGate(IReadOnlyList<EndPoint> listen, AccessOptions options, TokenBook tokens, TableWriter tableWriter, ILogger<ListenGate> logger) : IHostedService
{
    private readonly ILogger _logger = logger;

    /// <exception cref="SettingException">The API could be reached from other hosts, and has neither tokens nor client certificates.</exception>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var open = listen.OfType<IPEndPoint>().Where(static endpoint => !IPAddress.IsLoopback(endpoint.Address)).ToList();
        if (open.Count == 0)
        {
            return;
        }

        await tableWriter.Started.WaitAsync(cancellationToken); // it reads the tokens with the table
        if (!options.Insecure && !tokens.HasAny && options.Oidc is null && open.Find(endpoint => endpoint is not TlsEndPoint || !options.HasClientAuthorities) is { } unguarded)
        {
            throw new SettingException(Explain(unguarded));
        }

        if ((tokens.HasAny || options.Oidc is not null) && open.Find(static endpoint => endpoint is not TlsEndPoint) is { } plain)
        {
            LogReadable(plain);
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private static string Explain(IPEndPoint open) =>
        $"other hosts can reach {open} (option -l, GORB_LISTEN), and there is no token, and no client certificate, to ask them for. Either\n"
        + "  ask for a token:                (umask 077; head -c 32 /dev/urandom | base64 >/etc/gorb-token); gorb --token-file /etc/gorb-token ...\n"
        + "    or for one that was made while the daemon listened on this host only: gorb token create NAME --role admin\n"
        + "  or for a client certificate:    gorb cert server NAME ADDRESS; gorb cert client NAME --role admin;\n"
        + $"    gorb -l {TlsEndPoint.Prefix}:{open.Port} --tls-cert /etc/gorb/tls/server.crt --tls-key /etc/gorb/tls/server.key --tls-client-ca /etc/gorb/tls/ca.crt ...\n"
        + "  or let everyone who reaches it own the balancer, as GORB does:    gorb --insecure ...";

    [LoggerMessage(3120, LogLevel.Warning, "Whoever reads the network between clients and {Endpoint} can read their tokens: it has no encryption. gorb cert server makes a certificate for -l https://ADDRESS:PORT")]
    private partial void LogReadable(IPEndPoint endpoint);
}
