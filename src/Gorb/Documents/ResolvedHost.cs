using System.Net;
using System.Net.Sockets;
using Gorb.Model.Text;
using Gorb.Names;

namespace Gorb.Documents;

/// <summary>The addresses of a host text, or the reason why it has none.</summary>
internal readonly struct ResolvedHost
{
    private readonly IPAddress? _only;
    private readonly IReadOnlyList<IPAddress>? _several;

    private ResolvedHost(IPAddress? only, IReadOnlyList<IPAddress>? several, string? error) => (_only, _several, Error) = (only, several, error);

    /// <summary>No host was given.</summary>
    public static ResolvedHost None => default;

    /// <summary>Why the host cannot be resolved, and what to write instead; null if it can.</summary>
    public string? Error { get; }

    /// <summary>Creates the result of an address, which needs no resolution.</summary>
    public static ResolvedHost Of(IPAddress address) => new(address, null, null);

    public static ResolvedHost Failed(string error) => new(null, null, error);

    /// <summary>Parses a text that can only be an address; if it is invalid, the result has the error.</summary>
    public static ResolvedHost OfAddress(ReadOnlySpan<char> text) => AddressText.TryParse(text, out var address) ? Of(address)
        : Failed(AddressText.FindFault(text.ToString()) ?? "is not an IP address");

    /// <summary>Resolves a host, with DNS if it is a name. A failure is returned, not thrown: the request reports it along with its other problems.</summary>
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

    /// <summary>Returns the present address if the name still resolves to it, so that a name with several addresses does not move a running
    /// service; else an address of the wanted family, else the first.</summary>
    public IPAddress? Choose(IPAddress? present, AddressFamily? family = null)
    {
        if (_several is null)
        {
            return _only;
        }

        return present is not null && _several.Contains(present) ? present : _several.FirstOrDefault(address => address.AddressFamily == family) ?? _only;
    }
}
