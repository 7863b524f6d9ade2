using System.Net;
using DnsClient;
using DnsClient.Protocol;

namespace Gorb.Names;

/// <summary>Queries the name servers of resolv.conf for addresses.</summary>
internal sealed class NameServers
{
    /// <summary>The longest wait for one server, even if resolv.conf allows more: another server must be tried before the lookup times out.</summary>
    private static readonly TimeSpan MaxTryTime = TimeSpan.FromSeconds(2);

    private readonly IReadOnlyList<LookupClient> _clients;
    private readonly ResolverConfig _config;
    private int _next;

    public NameServers(ResolverConfig config)
    {
        _config = config;
        _clients = [.. config.Servers.Select(server => new LookupClient(new LookupClientOptions(server)
        {
            UseCache = false, // HostResolver has the cache
            Timeout = config.Timeout < MaxTryTime ? config.Timeout : MaxTryTime,
            Retries = 0,
            ThrowDnsErrors = false,
        }))];
    }

    /// <summary>The settings of these servers.</summary>
    public ResolverConfig Config => _config;

    /// <summary>Resolves a name to its addresses and their time to live.</summary>
    /// <exception cref="HostNotFoundException">The name has no address.</exception>
    /// <exception cref="OperationCanceledException">The lookup took too long.</exception>
    public async Task<(IReadOnlyList<IPAddress> Addresses, TimeSpan Ttl)> FindAsync(string name, CancellationToken token)
    {
        var failure = new HostNotFoundException(NameFailure.NoSuchName, "it does not exist");
        foreach (var candidate in _config.Candidates(name))
        {
            IReadOnlyList<QueryResult> results = await Task.WhenAll(QueryAsync(candidate, QueryType.A, token), QueryAsync(candidate, QueryType.AAAA, token)).ConfigureAwait(false);
            var records = results.SelectMany(answer => answer.Addresses).ToList();
            if (records.Count > 0)
            {
                return (records.ConvertAll(record => record.Address), TimeSpan.FromSeconds(records.Min(record => record.InitialTimeToLive)));
            }

            failure = (results.FirstOrDefault(answer => !answer.IsFinal) ?? results[0]).Failure;
            if (!failure.IsAnswered)
            {
                break; // do not try other candidates: the result would depend on which query was lost
            }
        }

        throw failure;
    }

    /// <summary>
    /// Queries one server after the other until one gives a final answer. (The library alone would also try the next server after "does not exist".)
    /// </summary>
    private async Task<QueryResult> QueryAsync(string name, QueryType type, CancellationToken token)
    {
        var first = _config.Rotate ? Interlocked.Increment(ref _next) & int.MaxValue : 0;
        var answer = new QueryResult([], HostNotFoundException.NoAnswer());
        for (var i = 0; i < _clients.Count * _config.Attempts && !answer.IsFinal; i++)
        {
            answer = await QueryAsync(_clients[(first + i) % _clients.Count], name, type, token).ConfigureAwait(false);
        }

        return answer;
    }

    private static async Task<QueryResult> QueryAsync(LookupClient client, string name, QueryType type, CancellationToken token)
    {
        try
        {
            var answer = await client.QueryAsync(name, type, QueryClass.IN, token).ConfigureAwait(false);
            return answer.Header.ResponseCode switch
            {
                DnsHeaderResponseCode.NoError => new QueryResult([.. answer.Answers.AddressRecords()], new HostNotFoundException(NameFailure.NoSuchName, "it has no address")),
                DnsHeaderResponseCode.NotExistentDomain => new QueryResult([], new HostNotFoundException(NameFailure.NoSuchName, "it does not exist")),
                var code => new QueryResult([], new HostNotFoundException(NameFailure.ServerFailed, $"the name server results {code}")),
            };
        }
        catch (Exception error) when (!token.IsCancellationRequested)
        {
            return new QueryResult([], error switch
            {
                ArgumentException => new HostNotFoundException(NameFailure.NoSuchName, "it is not a host name"),
                DnsResponseException or OperationCanceledException => HostNotFoundException.NoAnswer(),
                _ => new HostNotFoundException(NameFailure.ServerFailed, $"the name server's answer cannot be read ({error.GetType().Name})"),
            });
        }
        catch (Exception) // the library wraps the cancellation in other exceptions
        {
            throw new OperationCanceledException(token);
        }
    }

    /// <param name="Addresses">The address records.</param>
    /// <param name="Failure">The failure that an answer without addresses stands for.</param>
    private sealed record QueryResult(IReadOnlyList<AddressRecord> Addresses, HostNotFoundException Failure)
    {
        public bool IsFinal => Addresses.Count > 0 || Failure.IsAnswered;
    }
}
