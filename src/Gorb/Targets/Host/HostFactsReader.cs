using System.Globalization;
using Gorb.Ipvs.Addresses;
using Gorb.Ipvs.Netlink;

namespace Gorb.Targets.Host;

/// <summary>Reads the <see cref="HostFacts"/> of this host.</summary>
internal sealed partial class HostFactsReader(ILogger<HostFactsReader> logger)
{
    private const string Routes6 = "/proc/net/ipv6_route";
    private const uint DefaultFromAdvertisement = 0x00010000 | 0x00040000; // RTF_DEFAULT | RTF_ADDRCONF of linux/ipv6_route.h

    private readonly ILogger _logger = logger;

    /// <summary>Reads the facts. If the addresses cannot be read, no setting of a device is known to be needed.</summary>
    public HostFacts Read() => new(Environment.OSVersion.Version, ReadAddresses(), new(ReadAdvertisedRoutes));

    private IReadOnlyList<DeviceAddress> ReadAddresses()
    {
        try
        {
            using var client = AddressClient.Create();
            var links = client.GetLinks().ToDictionary(static link => link.Index);
            return
            [
                .. client.GetAddresses().Where(address => links.ContainsKey(address.Link)).Select(address => (address, Link: links[address.Link]))
                    .Select(static one => new DeviceAddress(
                        one.Link.Name, one.address.Address, one.address.PrefixLength, one.Link is { UsesArp: true, IsUp: true })),
            ];
        }
        catch (Exception error) when (error is AddressException or NetlinkException)
        {
            LogUnknown(error.Message);
            return [];
        }
    }

    private IReadOnlyList<string> ReadAdvertisedRoutes()
    {
        try
        {
            return [.. File.ReadLines(Routes6).Select(ParseAdvertisedRoute).OfType<string>().Distinct()];
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            LogUnknown(error.Message); // a kernel without IPv6 does not have the file
            return [];
        }
    }

    /// <returns>The device of a default route that a router advertised; null for another route.</returns>
    internal static string? ParseAdvertisedRoute(string line) =>
        line.Split(' ', StringSplitOptions.RemoveEmptyEntries) is [_, "00", _, _, _, _, _, _, var flags, var device]
        && uint.TryParse(flags, NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var bits) && (bits & DefaultFromAdvertisement) == DefaultFromAdvertisement
            ? device
            : null;

    [LoggerMessage(1084, LogLevel.Debug, "Some kernel settings of network devices are not checked: {Reason}")]
    private partial void LogUnknown(string reason);
}
