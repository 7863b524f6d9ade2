using System.Net;
using Gorb.Model.Text;

namespace Gorb.Targets.Host.Addresses;

/// <summary>An address that Gorb added to a device, as a key of the ledger.</summary>
/// <param name="Device">The name of the device.</param>
/// <param name="Address">The address.</param>
/// <param name="Boot">The boot of the kernel during which it was added: no address outlives its kernel.</param>
internal readonly record struct VipKey(string Device, IPAddress Address, string Boot)
{
    public override string ToString() => $"{Device} {Address} {Boot}";

    /// <exception cref="FormatException">The text is not a key.</exception>
    public static VipKey Parse(string text) => text.Split(' ') is [var device, var address, var boot] && AddressText.TryParse(address, out var parsed)
        ? new VipKey(device, parsed, boot)
        : throw new FormatException($"'{text}' is not a device, an address and a boot");
}

/// <summary>The addresses that Gorb added to devices of this host.</summary>
/// <param name="boot">Identifies the running kernel, as /proc/sys/kernel/random/boot_id does.</param>
internal sealed class VipLedger(Lazy<string> boot) : OwnedLedger<VipKey>
{
    /// <summary>The key of an address that Gorb adds now.</summary>
    public VipKey Key(string device, IPAddress address) => new(device, address, boot.Value);

    public bool Owns(string device, IPAddress address) => Owned.Contains(Key(device, address));

    /// <summary>Forgets what was added before the host restarted: if such an address is present, another program added it since.</summary>
    public void ForgetEarlierBoots()
    {
        foreach (var key in Owned.Where(key => key.Boot != boot.Value))
        {
            Forget(key);
        }
    }

    protected override string Write(VipKey key) => key.ToString();

    protected override VipKey Read(string text) => VipKey.Parse(text);
}
