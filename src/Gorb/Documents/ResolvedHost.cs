using System.Net;
using System.Net.Sockets;
using Gorb.Model.Text;
using Gorb.Names;

namespace Gorb.Documents;

/// <summary>What a host text stands for.</summary>
internal readonly struct ResolvedHost
{
    private readonly IPAddress? _only;
    private readonly IReadOnlyList<IPAddress>? _several;

    private ResolvedHost(IPAddress? only, IReadOnlyList<IPAddress>? several, string? error) => (_only, _several, Error) = (only, several, error);

    /// <summary>No host was given.</summary>
    public static ResolvedHost None => default;

    /// <summary>Why it stands for nothing and what to write instead, or null.</summary>
    public string? Error { get; }

    /// <summary>An address stands for itself.</summary>
    public static ResolvedHost Of(IPAddress address) => new(address, null, null);

    public static ResolvedHost Failed(string error) => new(null, null, error);

    /// <summary>What an address stands for, or why a text that can only be an address is none.</summary>
    public static ResolvedHost OfAddress(ReadOnlySpan<char> text) => AddressText.TryParse(text, out var address) ? Of(address)
        : Failed(AddressText.FindFault(text.ToString()) ?? "is not an IP address");

    /// <summary>Asks DNS for names. A failure is a value: the request reports it beside its other problems.</summary>
    public static async Task<ResolvedHost> ResolveAsync(string? host, CancellationToken cancellationToken)
    {
        if (string.IsNullOrEmpty(host))
        {
            return None;
        }

        if (AddressText.TryParse(host, out _) || AddressText.FindFault(host) is not null)
        {
            return OfAddress(host);
        }

        try
        {
            var addresses = await HostResolver.Shared.FindAsync(host, cancellationToken);
            return new ResolvedHost(addresses[0], addresses, null);
        }
        catch (HostNotFoundException error)
        {
            return Failed(Unresolved(error.Message));
        }
    }

    private static string Unresolved(string reason) => $"cannot be resolved ({reason}); give an IP address or a name that DNS knows";

    /// <summary>The present address if the name still stands for it, so that a name with several addresses does not move a running
    /// service about; else one of the wanted family, else the first.</summary>
    public IPAddress? Choose(IPAddress? present, AddressFamily? family = null)
    {
        if (_several is null)
        {
            return _only;
        }

        return present is not null && _several.Contains(present) ? present : _several.FirstOrDefault(address => address.AddressFamily == family) ?? _only;
    }
}
