using System.Net;
using System.Net.Sockets;

namespace Gorb.Api;

/// <summary>What a host text stands for.</summary>
/// <param name="Text">The text; empty when none was given.</param>
/// <param name="Addresses">Its addresses; a literal is its own.</param>
/// <param name="Error">Why there are none, or null.</param>
internal sealed record ResolvedHost(string Text, IReadOnlyList<IPAddress> Addresses, string? Error)
{
    /// <summary>How long DNS may take before a request fails.</summary>
    private static readonly TimeSpan DnsTimeout = TimeSpan.FromSeconds(5);

    public static ResolvedHost None { get; } = new("", [], null);

    /// <summary>Asks DNS for names. A failure is a value: the request reports it beside its other problems.</summary>
    public static async Task<ResolvedHost> ResolveAsync(string? host, CancellationToken cancellationToken)
    {
        if (string.IsNullOrEmpty(host))
        {
            return None;
        }

        if (IPAddress.TryParse(host, out var literal))
        {
            return new ResolvedHost(host, [literal], null);
        }

        try
        {
            var addresses = await Dns.GetHostAddressesAsync(host, cancellationToken).WaitAsync(DnsTimeout, cancellationToken);
            return new ResolvedHost(host, addresses, addresses.Length == 0 ? "it has no address" : null);
        }
        catch (Exception error) when (error is SocketException or TimeoutException or ArgumentException)
        {
            return new ResolvedHost(host, [], error.Message);
        }
    }

    /// <summary>The present address if the name still stands for it, so that a name with several addresses does not move a running
    /// service about; else one of the wanted family, else the first.</summary>
    public IPAddress? Choose(IPAddress? present, AddressFamily? family = null)
    {
        if (present is not null && Addresses.Contains(present))
        {
            return present;
        }

        return Addresses switch
        {
            [] => null,
            [var only] => only,
            _ => Addresses.FirstOrDefault(address => address.AddressFamily == family) ?? Addresses[0],
        };
    }
}
