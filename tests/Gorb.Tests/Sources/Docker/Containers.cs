using System.Net;
using System.Text.Json.Nodes;
using Gorb.Sources.Docker;

namespace Gorb.Tests.Sources.Docker;

/// <summary>Containers as a Docker engine lists them.</summary>
internal static class Containers
{
    public static readonly HostAddress Host = new("eth0", IPAddress.Parse("10.9.0.1"), IPAddress.Parse("fd00:9::1"));

    /// <summary>Rules that let labels choose any of the test's addresses.</summary>
    public static LabelRules AnyVip { get; } = new() { Addresses = [IPNetwork.Parse("10.9.0.0/16"), IPNetwork.Parse("fd00::/16")] };

    public static IReadOnlyDictionary<string, string> NoneQuiesced { get; } = new Dictionary<string, string>();

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

    /// <summary>Resolves containers' claims against a Gorb; by default it is on this host, has no services, and nothing listens there.</summary>
    /// <param name="claims">The containers' claims.</param>
    /// <param name="services">The services of the Gorb's document.</param>
    /// <param name="rules">The rules for labels; <see cref="AnyVip"/> by default.</param>
    /// <param name="listeners">The host's listeners.</param>
    /// <param name="isLocal">Whether the Gorb is on this host.</param>
    public static Wanted Resolve(Claims claims, string services = "{}", LabelRules? rules = null, Listener[]? listeners = null, bool isLocal = true) =>
        new ClaimResolver("docker/host1", rules ?? AnyVip, () => isLocal, () => listeners ?? []).Resolve(claims, Table(services));

    /// <summary>The table of a Gorb with these services.</summary>
    public static GorbTable Table(string services) => new(new JsonObject { ["services"] = JsonNode.Parse(services) });
}
