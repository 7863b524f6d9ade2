namespace Gorb.KernelTests.Lab;

/// <summary>What only some kernels have. Tests that need it carry its name as the trait Needs, by which eng/test chooses their kernel; rows of theories exist only where it is.</summary>
/// <param name="Name">The value of the trait.</param>
/// <param name="Probe">A command that fails on a kernel without it.</param>
internal sealed record KernelFeature(string Name, params IReadOnlyList<string> Probe)
{
    /// <summary>The name of the trait.</summary>
    public const string Trait = "Needs";

    /// <summary>The tables of iptables-legacy. Debian's 7.2 for user mode does not have them.</summary>
    public const string XtablesName = "xtables";

    /// <summary>nf_tables for IPv4 and IPv6. User-mode Linux has nf_tables without both.</summary>
    public const string NftablesName = "nftables";

    /// <summary>A kernel without <see cref="NftablesName"/>.</summary>
    public const string NoNftablesName = "no-nftables";

    /// <summary>The scheduler twos. User-mode Linux is built without it.</summary>
    public const string TwosName = "twos";

    private readonly Lazy<bool> _isThere = new(() => Shell.Succeeds(Probe));

    /// <summary>True if this kernel has it.</summary>
    public bool IsThere => _isThere.Value;

    /// <inheritdoc cref="XtablesName"/>
    public static KernelFeature Xtables { get; } = new(XtablesName, "iptables-legacy", "-S");

    /// <inheritdoc cref="NftablesName"/>
    public static KernelFeature Nftables { get; } = new(NftablesName, "nft", "-c", "add table inet try; add chain inet try in { type filter hook input priority 0; }");

    /// <inheritdoc cref="TwosName"/>
    public static KernelFeature Twos { get; } = new(TwosName, "modprobe", "ip_vs_twos");

    /// <summary>The switch of the estimators, since Linux 6.0.</summary>
    public static KernelFeature Estimation { get; } = new("estimation", "test", "-e", "/proc/sys/net/ipv4/vs/run_estimation");

    /// <summary>The rows of a theory: the index of each plan, and its text.</summary>
    /// <param name="plans">What the theory tries, one by one.</param>
    /// <param name="needs">What a plan needs; null when every kernel has it.</param>
    public static TheoryData<int, string> Rows<T>(IEnumerable<T> plans, Func<T, KernelFeature?> needs)
        where T : notnull =>
        [.. plans.Index().Where(plan => needs(plan.Item)?.IsThere ?? true).Select(plan => Row(plan.Index, plan.Item.ToString()!, needs(plan.Item)))];

    private static TheoryDataRow<int, string> Row(int index, string text, KernelFeature? needs)
    {
        var row = new TheoryDataRow<int, string>(index, text);
        return needs is null ? row : row.WithTrait(Trait, needs.Name);
    }
}
