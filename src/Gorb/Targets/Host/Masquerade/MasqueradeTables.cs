using Gorb.Ipvs.Nftables;

namespace Gorb.Targets.Host.Masquerade;

/// <summary>Opens the kernel's tables. Tests replace the kernel here.</summary>
/// <param name="open">Opens a table by name.</param>
/// <param name="isLoaded">Returns whether the kernel has nf_tables loaded already.</param>
internal sealed class MasqueradeTables(Func<string, MasqueradeTable> open, Func<bool> isLoaded)
{
    public MasqueradeTable Create(string name) => open(name);

    /// <summary>Whether the kernel has nf_tables loaded as a module. One that is built in counts as not loaded.</summary>
    public bool IsLoaded() => isLoaded();
}
