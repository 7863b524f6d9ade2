using Gorb.Model.Text;

namespace Gorb.Model.Descriptions;

/// <summary>Client affinity and its engine, which is a separate attribute in the kernel.</summary>
internal readonly record struct PersistenceOptions(Persistence Persistence, string? Engine);

/// <summary>The members of client affinity.</summary>
internal static class PersistenceDescription
{
    public static Description<PersistenceOptions> All { get; } = new(
        "PersistenceBody",
        "Client affinity; giving it switches it on.",
        [
            new ReaderValue<PersistenceOptions>(
                "timeout",
                "How long a client is remembered after its last connection: `5m`, `1h30m`, or a number of seconds; 2147483 at most.",
                static options => $"\"{Duration.Format(TimeSpan.FromSeconds(options.Persistence.TimeoutSeconds))}\"")
            {
                Default = "`5m`",
            },
            new ReaderText<PersistenceOptions>(
                "netmask",
                "How much of the client's address counts: `255.255.255.0`, `24`, or `64` for IPv6.",
                static options => options.Persistence.Netmask.ToString())
            {
                Default = "all of it",
            },
            new ReaderText<PersistenceOptions>("engine", "Persistence engine: `sip`.", static options => options.Engine) { Default = "none" },
        ]);
}
