using System.Net;
using DnsClient;
using DnsClient.Protocol;

namespace Gorb.Pulse.Probes;

/// <summary>A name server answers a question.</summary>
internal sealed class DnsProbe : IAsyncProbe
{
    /// <summary>The library's own timeout comes after ours, so that ours is the one that ends a probe.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);

    public async Task<string> RunAsync(ProbeTarget target, CancellationToken token)
    {
        var args = (DnsArgs)target.Args;
        var address = await HostLookup.FindAsync(target, token).ConfigureAwait(false);
        var client = new LookupClient(new LookupClientOptions(new IPEndPoint(address, target.Port))
        {
            UseCache = false,
            Retries = 0,
            Timeout = target.Timeout + Grace,
            UseTcpOnly = args.OverTcp,
            Recursion = true,
            ThrowDnsErrors = false,
            ContinueOnDnsError = false,
        });
        var answer = await client.QueryAsync(args.Name, Enum.Parse<QueryType>(args.RecordType), cancellationToken: token).ConfigureAwait(false);
        if (answer.HasError)
        {
            throw new ProbeFailureException($"{answer.Header.ResponseCode}: {answer.ErrorMessage}");
        }

        var values = answer.Answers.Select(Value).ToList();
        var missing = args.Expect.Where(wanted => !values.Contains(wanted.TrimEnd('.'), StringComparer.OrdinalIgnoreCase)).ToList();
        return missing.Count == 0
            ? $"answered {string.Join(", ", values)}"
            : throw new ProbeFailureException($"answered {(values.Count == 0 ? "nothing" : string.Join(", ", values))} without {string.Join(", ", missing)}");
    }

    /// <summary>What a record says, as people write it; names without the last dot.</summary>
    private static string Value(DnsResourceRecord record) => record switch
    {
        AddressRecord address => address.Address.ToString(),
        CNameRecord name => Name(name.CanonicalName),
        NsRecord server => Name(server.NSDName),
        PtrRecord pointer => Name(pointer.PtrDomainName),
        MxRecord mail => $"{mail.Preference} {Name(mail.Exchange)}",
        SrvRecord service => $"{service.Priority} {service.Weight} {service.Port} {Name(service.Target)}",
        SoaRecord start => Name(start.MName),
        TxtRecord text => string.Concat(text.Text),
        _ => record.ToString(),
    };

    private static string Name(DnsString name) => name.Value.TrimEnd('.');
}
