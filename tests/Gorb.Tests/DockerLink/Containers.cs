using System.Net;
using Gorb.DockerLink;

namespace Gorb.Tests.DockerLink;

/// <summary>Containers as an engine lists them.</summary>
internal static class Containers
{
    public static readonly HostAddress Host = new("eth0", IPAddress.Parse("10.9.0.1"), IPAddress.Parse("fd00:9::1"));

    public static IReadOnlyDictionary<string, string> NoneResting { get; } = new Dictionary<string, string>();

    /// <summary>A container that publishes ports, each written "PUBLIC:PRIVATE/PROTOCOL" on every IPv4 address, or with "ADDRESS|" before it.</summary>
    public static Container Web(string name, string[] ports, params (string Label, string Value)[] labels) => new()
    {
        Id = $"id-{name}",
        Name = name,
        Image = "acme/web:1.2",
        Ports = [.. ports.Select(Port)],
        Labels = labels.ToDictionary(label => label.Label, label => label.Value),
    };

    private static ContainerPort Port(string text)
    {
        var address = text.Contains('|') ? text.Split('|')[0] : "0.0.0.0";
        var rest = text.Split('|')[^1].Split(':', '/');
        return new ContainerPort(ushort.Parse(rest[1]), rest[0].Length == 0 ? null : ushort.Parse(rest[0]), rest[2], IPAddress.Parse(address));
    }
}
