using System.Net;
using DnsClient;
using DnsClient.Protocol;

namespace Gorb.Names;

/// <summary>Asks name servers for addresses.</summary>
internal sealed class NameServers
{
    /// <summary>However long resolv.conf lets one server take, another one must get its turn before a look-up is given up.</summary>
    private static readonly TimeSpan MaxTryTime = TimeSpan.FromSeconds(2);

    private readonly IReadOnlyList<LookupClient> _clients;
    private readonly ResolverConfig _config;
    private int _turn;

    public NameServers(ResolverConfig config)
    {
        _config = config;
        _clients = [.. config.Servers.Select(server => new LookupClient(new LookupClientOptions(server)
        {
            UseCache = false, // the cache is the resolver's
            Timeout = config.Timeout < MaxTryTime ? config.Timeout : MaxTryTime,
            Retries = 0,
            ThrowDnsErrors = false,
        }))];
    }

    /// <summary>The settings that these servers are of.</summary>
    public ResolverConfig Config => _config;

    /// <summary>The addresses of a name and how long they hold.</summary>
    /// <exception cref="HostNotFoundException">There are none.</exception>
    /// <exception cref="OperationCanceledException">It took too long.</exception>
    public async Task<(IReadOnlyList<IPAddress> Addresses, TimeSpan Ttl)> FindAsync(string name, CancellationToken token)
    {
        var failure = new HostNotFoundException(NameFailure.NoSuchName, "it does not exist");
        foreach (var candidate in _config.Candidates(name))
        {
            IReadOnlyList<Answer> answers = await Task.WhenAll(AskAsync(candidate, QueryType.A, token), AskAsync(candidate, QueryType.AAAA, token)).ConfigureAwait(false);
            var records = answers.SelectMany(answer => answer.Addresses).ToList();
            if (records.Count > 0)
            {
                return (records.ConvertAll(record => record.Address), TimeSpan.FromSeconds(records.Min(record => record.InitialTimeToLive)));
            }

            failure = (answers.FirstOrDefault(answer => !answer.IsFinal) ?? answers[0]).Failure;
            if (!failure.IsAnswered)
            {
                break; // the other candidates are not asked: what comes of it would depend on which question got lost
            }
        }

        throw failure;
    }

    /// <summary>Asks one server after the other until one can say. (The library would also ask the next one after "does not exist".)</summary>
    private async Task<Answer> AskAsync(string name, QueryType type, CancellationToken token)
    {
        var first = _config.Rotate ? Interlocked.Increment(ref _turn) & int.MaxValue : 0;
        var answer = new Answer([], HostNotFoundException.NoAnswer());
        for (var i = 0; i < _clients.Count * _config.Attempts && !answer.IsFinal; i++)
        {
            answer = await AskAsync(_clients[(first + i) % _clients.Count], name, type, token).ConfigureAwait(false);
        }

        return answer;
    }

    private static async Task<Answer> AskAsync(LookupClient client, string name, QueryType type, CancellationToken token)
    {
        try
        {
            var answer = await client.QueryAsync(name, type, QueryClass.IN, token).ConfigureAwait(false);
            return answer.Header.ResponseCode switch
            {
                DnsHeaderResponseCode.NoError => new Answer([.. answer.Answers.AddressRecords()], new HostNotFoundException(NameFailure.NoSuchName, "it has no address")),
                DnsHeaderResponseCode.NotExistentDomain => new Answer([], new HostNotFoundException(NameFailure.NoSuchName, "it does not exist")),
                var code => new Answer([], new HostNotFoundException(NameFailure.ServerFailed, $"the name server answers {code}")),
            };
        }
        catch (Exception error) when (!token.IsCancellationRequested)
        {
            return new Answer([], error switch
            {
                ArgumentException => new HostNotFoundException(NameFailure.NoSuchName, "it is not a host name"),
                DnsResponseException or OperationCanceledException => HostNotFoundException.NoAnswer(),
                _ => new HostNotFoundException(NameFailure.ServerFailed, $"the name server's answer cannot be read ({error.GetType().Name})"),
            });
        }
        catch (Exception) // the library wraps the cancellation
        {
            throw new OperationCanceledException(token);
        }
    }

    /// <param name="Addresses">The addresses.</param>
    /// <param name="Failure">What it means if there are none.</param>
    private sealed record Answer(IReadOnlyList<AddressRecord> Addresses, HostNotFoundException Failure)
    {
        public bool IsFinal => Addresses.Count > 0 || Failure.IsAnswered;
    }
}
