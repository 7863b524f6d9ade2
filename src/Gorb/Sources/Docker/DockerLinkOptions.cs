using Gorb.Client;

namespace Gorb.Sources.Docker;

/// <summary>The options of the Docker link.</summary>
internal sealed record DockerLinkOptions
{
    /// <summary>The Gorbs that receive the declarations; all receive the same.</summary>
    public IReadOnlyList<Uri> Gorbs { get; init; } = [];

    /// <summary>Returns the token that is sent to the Gorbs, given the source that the link declares; null for none.</summary>
    public Func<string, string?> Token { get; init; } = static _ => null;

    /// <summary>Whom the link trusts at https, and what it shows; null for what this host trusts, and nothing.</summary>
    public ClientTls? Tls { get; init; }

    /// <summary>The device whose address the link uses for ports that are published on every address.</summary>
    public string Device { get; init; } = "eth0";

    /// <summary>Whether containers without the label gorb.enable are routed.</summary>
    public bool ExposedByDefault { get; init; } = true;

    /// <summary>The network for containers without the label gorb.network: its members are reached at their own address. Null means at their published ports.</summary>
    public string? Network { get; init; }

    /// <summary>How long a service stays after no container claims it any more.</summary>
    public TimeSpan Grace { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>The interval of the full comparison, which does not depend on events.</summary>
    public TimeSpan Resync { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The limits on containers' labels.</summary>
    public LabelRules Rules { get; init; } = LabelRules.Default;

    /// <summary>Whether the link adds the virtual address to containers with direct routing.</summary>
    public bool PrepareDirectRouting { get; init; }
}
