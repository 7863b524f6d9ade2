using Gorb.Ipvs.Addresses;

namespace Gorb.Targets.Host.Addresses;

/// <summary>Where the addresses of services are added.</summary>
/// <param name="Device">The network device; null when Gorb adds no addresses.</param>
internal sealed record VipOptions(string? Device)
{
    /// <summary>The name of the dummy device that Gorb creates when it is asked for.</summary>
    public const string Dummy = "gorb0";

    /// <summary>The kernel's limit: IFNAMSIZ of linux/if.h without the final zero.</summary>
    private const int MaxNameLength = 15;

    public bool IsDummy => Device == Dummy;

    /// <summary>Whether the kernel accepts a name for a device: dev_valid_name of net/core/dev.c.</summary>
    public static bool IsName(string name) => name.Length is > 0 and <= MaxNameLength && name is not ("." or "..") && !name.Any(static letter => letter is '/' or ':' || char.IsWhiteSpace(letter));

    /// <summary>Returns the device to which addresses are added, and creates it if it is Gorb's own; null when it does not exist.</summary>
    /// <param name="client">Reaches this host's links.</param>
    /// <exception cref="AddressException">The kernel refuses to create it.</exception>
    public NetworkLink? Prepare(IAddressClient client)
    {
        if (Device is not { } name)
        {
            return null;
        }

        var link = client.FindLink(name);
        if (link is null && IsDummy)
        {
            client.AddDummy(name);
            link = client.FindLink(name);
        }

        if (link is { IsUp: false } && IsDummy)
        {
            client.SetUp(link.Index);
        }

        return link;
    }
}
