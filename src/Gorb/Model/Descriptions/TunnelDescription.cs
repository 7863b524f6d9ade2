using Gorb.Ipvs;

namespace Gorb.Model.Descriptions;

/// <summary>The members of a tunnel.</summary>
internal static class TunnelDescription
{
    public static Description<TunnelOptions> All { get; } = new(
        "TunnelBody",
        "How tunnelled packets are wrapped; for method `tunnel`.",
        [
            new ReaderText<TunnelOptions>("type", "`ipip`, `gue` or `gre`.", static tunnel => KernelWords.Tunnel.Text(tunnel.Type)) { Default = "`ipip`" },
            new ReaderNumber<TunnelOptions>("port", "UDP port on the backend, for `gue` only.", static tunnel => tunnel.Port == 0 ? null : tunnel.Port)
            {
                Default = "required for `gue`",
            },
            new ReaderText<TunnelOptions>(
                "checksum",
                "`none`, `full` or `remote`; for `gue` and `gre`.",
                static tunnel => tunnel.Checksum == TunnelChecksum.None ? null : KernelWords.Checksum.Text(tunnel.Checksum))
            {
                Default = "`none`",
            },
        ]);
}
