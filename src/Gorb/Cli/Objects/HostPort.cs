using System.Globalization;

namespace Gorb.Cli.Objects;

/// <summary>Addresses with ports, as people write them.</summary>
internal static class HostPort
{
    /// <summary>Formats an address and a port, as in 10.9.0.21:80 or [fd00:9::21]:80.</summary>
    public static string Format(string host, long? port) => port is null or 0 ? host : string.Create(CultureInfo.InvariantCulture, $"{(host.Contains(':', StringComparison.Ordinal) ? $"[{host}]" : host)}:{port}");
}
