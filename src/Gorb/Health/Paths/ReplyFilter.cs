using System.Net;
using Gorb.Ipvs.Addresses;
using Gorb.Ipvs.Netlink;
using Gorb.Model.Checks;
using Gorb.Targets.Host;

namespace Gorb.Health.Paths;

/// <summary>Finds settings of this host that drop the replies of a check by path: they come from the virtual address, which is its own.</summary>
internal sealed class ReplyFilter(SysctlFiles sysctls, HostAddresses addresses)
{
    private const string Strict = "1";

    /// <returns>The setting that drops the replies and the remedy, in words; null when none does.</returns>
    public string? Find(ProbePath path, IPAddress vip, IPAddress source)
    {
        if (!PathChecks.NeedsAcceptLocal(path) || !HostAddresses.IsLocal(vip) || Device(source) is not { } device || Read(device, "rp_filter") is null)
        {
            return null;
        }

        var setting = $"net.ipv4.conf.{device}";
        return !Has("accept_local", device, Strict) ? $"this host drops replies from its own address {vip}, as this check gets them: set {setting}.accept_local=1"
            : IsStrict(device) ? $"this host drops replies from its own address {vip}, as this check gets them: set {setting}.rp_filter=2"
            : null;
    }

    /// <summary>The kernel takes the higher value of all and of the device (ip-sysctl.rst); the loose mode, 2, is the highest.</summary>
    private bool IsStrict(string device) => Has("rp_filter", device, Strict) && !Has("rp_filter", device, "2");

    private bool Has(string name, string device, string value) => Read("all", name) == value || Read(device, name) == value;

    private string? Read(string device, string name) => sysctls.Read($"net.ipv4.conf.{device}.{name}");

    private string? Device(IPAddress source)
    {
        try
        {
            return addresses.DeviceOf(source);
        }
        catch (Exception error) when (error is AddressException or NetlinkException)
        {
            return null; // then the result says only what was seen
        }
    }
}
