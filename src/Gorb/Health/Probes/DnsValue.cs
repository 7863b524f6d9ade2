using System.Net;
using DnsClient;
using DnsClient.Protocol;
using Gorb.Model;

namespace Gorb.Health.Probes;

/// <summary>The value of a DNS record as people write it: first its numbers, then an address, a name or a text.</summary>
/// <param name="Numbers">Preference, priority, weight, port.</param>
/// <param name="Address">An address, or null.</param>
/// <param name="Name">A domain name without its final dot, or null.</param>
/// <param name="Text">A text, or null.</param>
internal sealed record DnsValue(ValueList<int> Numbers, IPAddress? Address = null, string? Name = null, string? Text = null)
{
    public static DnsValue Of(DnsResourceRecord record) => record switch
    {
        AddressRecord address => new DnsValue([], Address: address.Address),
        CNameRecord name => Named(name.CanonicalName),
        NsRecord server => Named(server.NSDName),
        PtrRecord pointer => Named(pointer.PtrDomainName),
        MxRecord mail => Named(mail.Exchange, mail.Preference),
        SrvRecord service => Named(service.Target, service.Priority, service.Weight, service.Port),
        SoaRecord start => Named(start.MName),
        TxtRecord text => new DnsValue([], Text: string.Concat(text.Text)),
        _ => new DnsValue([], Text: record.ToString()),
    };

    /// <summary>
    /// True when the value equals what a user wrote: addresses in any notation, names in any case and with or without the final dot, texts exactly.
    /// </summary>
    public bool Matches(string wanted)
    {
        if (Text is not null)
        {
            return Text == wanted;
        }

        var words = wanted.Split((char[])[' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
        return words.Length == Numbers.Count + 1
            && Numbers.Select((number, index) => int.TryParse(words[index], out var given) && given == number).All(isSame => isSame)
            && MatchesLast(words[^1]);
    }

    public override string ToString() => string.Join(' ', [.. Numbers.Select(number => $"{number}"), Address?.ToString() ?? Name ?? Text]);

    private bool MatchesLast(string word) => Address is not null
        ? IPAddress.TryParse(word, out var address) && address.Equals(Address)
        : Plain(word).Equals(Name, StringComparison.OrdinalIgnoreCase);

    private static DnsValue Named(DnsString name, params ReadOnlySpan<int> numbers) => new([.. numbers], Name: Plain(name.Value));

    private static string Plain(string name) => name.Length > 1 && name.EndsWith('.') ? name[..^1] : name;
}
