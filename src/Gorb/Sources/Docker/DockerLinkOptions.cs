namespace Gorb.Sources.Docker;

/// <summary>What the link is told to do.</summary>
internal sealed record DockerLinkOptions
{
    /// <summary>The Gorbs to keep in step; all get the same.</summary>
    public IReadOnlyList<Uri> Gorbs { get; init; } = [];

    /// <summary>The device whose address stands for ports that are published on every address.</summary>
    public string Device { get; init; } = "eth0";

    /// <summary>Whether containers that do not say so by label are routed.</summary>
    public bool ExposedByDefault { get; init; } = true;

    /// <summary>The network in which containers that do not name one by label are reached at their own address; null: at their published ports.</summary>
    public string? Network { get; init; }

    /// <summary>How long a service stays that no container asks for any more.</summary>
    public TimeSpan Grace { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>How often everything is compared, whatever was heard.</summary>
    public TimeSpan Resync { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>What containers' labels may ask for.</summary>
    public LabelRules Rules { get; init; } = LabelRules.Default;

    /// <summary>Give containers of direct routing the virtual address themselves.</summary>
    public bool PrepareDirectRouting { get; init; }
}
