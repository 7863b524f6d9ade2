using System.Net;

namespace Gorb.Platform;

/// <summary>An address and port at which the API listens for https.</summary>
internal sealed class TlsEndPoint(IPAddress address, int port) : IPEndPoint(address, port)
{
    public const string Prefix = "https://";

    public override string ToString() => Prefix + base.ToString();

    /// <summary>False for an endpoint without TLS: the two are different listeners, which cannot have the same port.</summary>
    public override bool Equals(object? comparand) => comparand is TlsEndPoint && base.Equals(comparand);

    public override int GetHashCode() => HashCode.Combine(base.GetHashCode(), Prefix);
}
