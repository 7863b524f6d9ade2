using System.Globalization;
using Gorb.Ipvs;

namespace Gorb.Targets.Host.Sync;

/// <summary>A sync daemon that Gorb started, as a key of the ledger.</summary>
/// <param name="Role">The role.</param>
/// <param name="Interface">The name of the device.</param>
/// <param name="Id">The sync id.</param>
/// <param name="Link">The index of the device: a device that is created again has another one, and the daemon does not reach it.</param>
/// <param name="Boot">The boot of the kernel during which it was started.</param>
internal readonly record struct SyncKey(SyncRole Role, string Interface, uint Id, uint Link, string Boot)
{
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{SyncWords.Of(Role)} {Interface} {Id} {Link} {Boot}");

    /// <exception cref="FormatException">The text is not a key.</exception>
    public static SyncKey Parse(string text) => text.Split(' ') is [var role, var device, var id, var link, var boot]
        && SyncWords.TryParse(role, out var parsed)
        && uint.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
        && uint.TryParse(link, NumberStyles.None, CultureInfo.InvariantCulture, out var index)
            ? new SyncKey(parsed, device, number, index, boot)
            : throw new FormatException($"'{text}' is not a role, a device, a sync id, the device's index and a boot");
}

/// <summary>The names of the roles.</summary>
internal static class SyncWords
{
    public static string Of(SyncRole role) => role == SyncRole.Master ? "master" : "backup";

    public static bool TryParse(string text, out SyncRole role)
    {
        role = text == "backup" ? SyncRole.Backup : SyncRole.Master;
        return text is "backup" or "master";
    }
}

/// <summary>The sync daemons that Gorb started.</summary>
/// <param name="boot">Identifies the running kernel: no daemon outlives it.</param>
internal sealed class SyncLedger(Lazy<string> boot) : OwnedLedger<SyncKey>
{
    /// <summary>The key of a daemon that Gorb starts now.</summary>
    public SyncKey Key(SyncRole role, SyncOptions options, uint link) => new(role, options.Interface!, options.Id, link, boot.Value);

    /// <summary>Returns the key of a running daemon; null when another program started it. Can be called on any thread.</summary>
    public SyncKey? Find(SyncDaemon daemon)
    {
        foreach (var key in Owned)
        {
            if (key.Role == daemon.Role && key.Interface == daemon.Interface && key.Id == daemon.SyncId && key.Boot == boot.Value)
            {
                return key;
            }
        }

        return null;
    }

    protected override string Write(SyncKey key) => key.ToString();

    protected override SyncKey Read(string text) => SyncKey.Parse(text);
}
