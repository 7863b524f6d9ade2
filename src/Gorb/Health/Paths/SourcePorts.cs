using System.Globalization;
using Gorb.Model.Checks;
using Gorb.Targets.Host;

namespace Gorb.Health.Paths;

/// <summary>
/// Gives each mark a source port of its own. IPVS keeps an entry for each client port, for minutes with UDP and without regard to marks: if probes of two backends
/// used the same port one after the other, the second would reach the first one's backend.
/// </summary>
internal sealed class SourcePorts(SysctlFiles sysctls, MarkRange range)
{
    private const string Setting = "net.ipv4.ip_local_port_range"; // IPv6 uses it, too

    private readonly Lazy<(int First, int Count)> _ports = new(() => Read(sysctls.Read(Setting)));

    public int Of(uint mark) => _ports.Value.First + (int)((mark - range.First) % (uint)_ports.Value.Count);

    private static (int First, int Count) Read(string? setting)
    {
        var (first, last) = setting?.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries) is [var low, var high]
            ? (int.Parse(low, CultureInfo.InvariantCulture), int.Parse(high, CultureInfo.InvariantCulture))
            : (32_768, 60_999); // the kernel's default
        return (first, last - first + 1);
    }
}
