using System.Net;
using System.Net.Sockets;
using DnsClient;
using Gorb.Model.Checks;

namespace Gorb.Health.Probes;

/// <summary>A name server answers a question.</summary>
internal sealed class DnsProbe : IAsyncProbe
{
    /// <summary>The library's own timeout comes after ours, so that ours is the one that ends a probe.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);

    public async Task<string> RunAsync(ProbeTarget target, CancellationToken token)
    {
        var args = (DnsArgs)target.Args;
        var answer = await AskAsync(target, args, token).ConfigureAwait(false);
        if (answer.HasError)
        {
            throw new ProbeFailureException($"the server answered {Word(answer.Header.ResponseCode)}");
        }

        var values = answer.Answers.Select(DnsValue.Of).ToList();
        var missing = args.Expect.Where(wanted => !values.Exists(value => value.Matches(wanted))).ToList();
        var text = values.Count == 0 ? "nothing" : string.Join(", ", values);
        return missing.Count == 0 ? $"answered {text}" : throw new ProbeFailureException($"answered {text} without {string.Join(", ", missing)}");
    }

    private static async Task<IDnsQueryResponse> AskAsync(ProbeTarget target, DnsArgs args, CancellationToken token)
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
        catch (Exception error) when (!token.IsCancellationRequested && !IsOfTheNetwork(error))
        {
            throw new ProbeFailureException("the answer is not DNS"); // whatever the library throws then, the server's bytes made it
        }
    }

    private static bool IsOfTheNetwork(Exception? error) => error is not null && (error is SocketException || IsOfTheNetwork(error.InnerException));

    private static string Word(DnsHeaderResponseCode code) => code switch
    {
        DnsHeaderResponseCode.FormatError => "FORMERR",
        DnsHeaderResponseCode.ServerFailure => "SERVFAIL",
        DnsHeaderResponseCode.NotExistentDomain => "NXDOMAIN",
        DnsHeaderResponseCode.NotImplemented => "NOTIMP",
        DnsHeaderResponseCode.Refused => "REFUSED",
        _ => code.ToString(),
    };
}
