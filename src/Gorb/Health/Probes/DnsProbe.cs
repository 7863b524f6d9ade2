using System.Net;
using System.Net.Sockets;
using DnsClient;
using Gorb.Model.Checks;

namespace Gorb.Health.Probes;

/// <summary>Passes when a name server answers a query.</summary>
internal sealed class DnsProbe : IAsyncProbe
{
    /// <summary>Delays the library's own timeout beyond the probe's, so that the probe's timeout applies.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);

    public async Task<string> RunAsync(ProbeTarget target, CancellationToken token)
    {
        var args = (DnsArgs)target.Args;
        var answer = await QueryAsync(target, args, token).ConfigureAwait(false);
        if (answer.HasError)
        {
            throw new ProbeFailureException($"the server answered {Describe(answer.Header.ResponseCode)}");
        }

        var values = answer.Answers.Select(DnsValue.Of).ToList();
        var missing = args.Expect.Where(wanted => !values.Exists(value => value.Matches(wanted))).ToList();
        var text = values.Count == 0 ? "nothing" : string.Join(", ", values);
        return missing.Count == 0 ? $"answered {text}" : throw new ProbeFailureException($"answered {text} without {string.Join(", ", missing)}");
    }

    private static async Task<IDnsQueryResponse> QueryAsync(ProbeTarget target, DnsArgs args, CancellationToken token)
    {
        var client = new LookupClient(new LookupClientOptions(new IPEndPoint(target.Address!, target.Port))
        {
            UseCache = false,
            Retries = 0,
            Timeout = target.Timeout + Grace,
            UseTcpOnly = args.OverTcp,
            Recursion = true,
            ThrowDnsErrors = false,
            ContinueOnDnsError = false,
        });
        try
        {
            return await client.QueryAsync(args.Name, Enum.Parse<QueryType>(args.RecordType), cancellationToken: token).ConfigureAwait(false);
        }
        catch (Exception error) when (args.OverTcp && !token.IsCancellationRequested && IsNetworkError(error))
        {
            // The library does not tell who refuses the connection: this host, or another one on the way. A connection of this program's own does.
            await (await ProbeConnection.OpenAsync(target, token).ConfigureAwait(false)).DisposeAsync().ConfigureAwait(false);
            throw;
        }
        catch (Exception error) when (!token.IsCancellationRequested && !IsNetworkError(error))
        {
            throw new ProbeFailureException("the answer is not DNS"); // the server's bytes caused it, whatever exception the library throws
        }
    }

    private static bool IsNetworkError(Exception? error) => error is not null && (error is SocketException || IsNetworkError(error.InnerException));

    private static string Describe(DnsHeaderResponseCode code) => code switch
    {
        DnsHeaderResponseCode.FormatError => "FORMERR",
        DnsHeaderResponseCode.ServerFailure => "SERVFAIL",
        DnsHeaderResponseCode.NotExistentDomain => "NXDOMAIN",
        DnsHeaderResponseCode.NotImplemented => "NOTIMP",
        DnsHeaderResponseCode.Refused => "REFUSED",
        _ => code.ToString(),
    };
}
