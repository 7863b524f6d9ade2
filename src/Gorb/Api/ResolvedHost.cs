using System.Net;
using System.Net.Sockets;

namespace Gorb.Api;

/// <summary>What a host text stands for.</summary>
internal readonly struct ResolvedHost
{
    /// <summary>How long DNS may take before a request fails.</summary>
    private static readonly TimeSpan DnsTimeout = TimeSpan.FromSeconds(5);

    private readonly IPAddress? _only;
    private readonly IPAddress[]? _several;

    private ResolvedHost(IPAddress? only, IPAddress[]? several, string? error) => (_only, _several, Error) = (only, several, error);

    /// <summary>No host was given.</summary>
    public static ResolvedHost None => default;

    /// <summary>Why it stands for nothing, or null.</summary>
    public string? Error { get; }

    /// <summary>An address stands for itself.</summary>
    public static ResolvedHost Of(IPAddress address) => new(address, null, null);

    public static ResolvedHost Failed(string error) => new(null, null, error);

    /// <summary>Asks DNS for names. A failure is a value: the request reports it beside its other problems.</summary>
    public static async Task<ResolvedHost> ResolveAsync(string? host, CancellationToken cancellationToken)
    {
        if (string.IsNullOrEmpty(host))
        {
            return None;
        }

        if (IPAddress.TryParse(host, out var literal))
        {
            return Of(literal);
        }

        try
        {
            var addresses = await Dns.GetHostAddressesAsync(host, cancellationToken).WaitAsync(DnsTimeout, cancellationToken);
            return addresses.Length == 0 ? Failed("it has no address") : new ResolvedHost(addresses[0], addresses, null);
        }
        catch (Exception error) when (error is SocketException or TimeoutException or ArgumentException)
        {
            return Failed(error.Message);
        }
    }

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
