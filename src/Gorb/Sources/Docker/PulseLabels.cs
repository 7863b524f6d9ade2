using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;

namespace Gorb.Sources.Docker;

/// <summary>
/// Translates a section of labels into a health check, as PUT /config takes it. Gorb runs the check with its own rights and from its own position in the network, so labels
/// are limited to checks that only read from the container: no program, no other host, no port of another container, no HTTP method other than GET and HEAD, no headers.
/// </summary>
internal static class PulseLabels
{
    /// <summary>The type that uses the verdict of the image's own HEALTHCHECK.</summary>
    public const string Docker = "docker";

    private const string Key = "pulse.";
    private const string ByApi = "set such a check through Gorb's API";

    private static readonly string[] Types = ["none", "tcp", "http", "https", "tls", "udp", "dns", "grpc", "ping", Docker];
    private static readonly string[] Numbers = ["rise", "fall"];
    private static readonly string[] Texts = ["type", "interval", "timeout", "backoff"];
    private static readonly string[] Methods = ["GET", "HEAD"];

    /// <summary>Arguments that only define the request and the expected answer. Gorb validates which of them a type takes.</summary>
    private static readonly string[] Args =
    [
        "expect", "expect_body", "expect_hex", "expect_regex", "insecure", "method", "name", "path", "payload", "payload_hex", "port", "service", "sni", "tcp", "tls",
    ];

    /// <summary>Arguments of Gorb's checks that labels may not set, each with the reason.</summary>
    private static readonly Dictionary<string, string> Withheld = new(StringComparer.Ordinal)
    {
        ["host"] = "is not taken from labels, because the check of a container goes to this container; leave it out",
        ["headers"] = $"is not taken from labels, because headers can speak for somebody else; {ByApi}",
        ["program"] = $"is not taken from labels, because a program runs on Gorb's host; {ByApi}",
        ["arguments"] = $"is not taken from labels, because a program runs on Gorb's host; {ByApi}",
    };

    /// <summary>Reads the health check from the labels. Without such labels, returns null (Gorb's default) for TCP, and type "none" for UDP and SCTP.</summary>
    /// <param name="container">The container.</param>
    /// <param name="section">The section.</param>
    /// <param name="target">The address that the check is sent to.</param>
    /// <param name="wrong">Receives errors of invalid labels.</param>
    /// <param name="refused">Receives errors of labels that are valid but not permitted.</param>
    public static JsonObject? Read(Container container, LabelSection section, CheckTarget target, List<string> wrong, List<string> refused)
    {
        var pulse = new JsonObject();
        var args = new JsonObject();
        foreach (var (key, value) in section.PulseMembers)
        {
            if (Numbers.Contains(key))
            {
                pulse[key] = section.Number($"{Key}{key}", int.MaxValue, wrong);
            }
            else if (Texts.Contains(key))
            {
                pulse[key] = value;
            }
            else if (Args.Contains(key))
            {
                args[key] = value;
            }
            else
            {
                Refuse(section, key, wrong, refused);
            }
        }

        if (target.Protocol != "tcp" && !pulse.ContainsKey("type"))
        {
            pulse["type"] = "none";
        }

        CheckValues(container, section, target, pulse, args, refused);
        if (args.Count > 0)
        {
            pulse["args"] = args;
        }

        return pulse.Count > 0 ? pulse : null;
    }

    private static void Refuse(LabelSection section, string key, List<string> wrong, List<string> refused)
    {
        if (Withheld.TryGetValue(key.Split('.')[0], out var reason))
        {
            refused.Add(section.Complain($"{Key}{key}", reason));
        }
        else
        {
            wrong.Add($"label {section.Label($"{Key}{key}")}: is not known; known are {string.Join(", ", Texts.Concat(Numbers).Concat(Args).Order(StringComparer.Ordinal))}");
        }
    }

    private static void CheckValues(Container container, LabelSection section, CheckTarget target, JsonObject pulse, JsonObject args, List<string> refused)
    {
        var type = section.Text($"{Key}type")?.ToLowerInvariant() ?? (target.Protocol == "tcp" ? "tcp" : "none");
        if (!Types.Contains(type))
        {
            var reason = type == "exec" ? $", and not exec, which runs a program on Gorb's host; {ByApi}" : $"; {type} is none of them";
            refused.Add($"label {section.Label($"{Key}type")}: must be one of {string.Join(", ", Types)}{reason}");
            return;
        }

        if (section.Text($"{Key}method") is { } method && !Methods.Contains(method, StringComparer.OrdinalIgnoreCase))
        {
            refused.Add(section.Complain($"{Key}method", "must be GET or HEAD: other methods may change something; set such a check through Gorb's API"));
        }

        if (type is "none" or "ping" or Docker)
        {
            return;
        }

        var isUdp = type == "udp" || (type == "dns" && section.Text($"{Key}tcp")?.ToLowerInvariant() != "true");
        CheckPort(container, section, target, isUdp ? "udp" : "tcp", args, refused);
    }

    /// <summary>Ensures that the check is sent to a port of this container: the routed port, or the private port that the label names.</summary>
    private static void CheckPort(Container container, LabelSection section, CheckTarget target, string protocol, JsonObject args, List<string> refused)
    {
        var label = section.Text($"{Key}port");
        var port = target.Place.Port;
        if (target.Kind == EndpointKind.Own || (label is not null && !ushort.TryParse(label, NumberStyles.None, CultureInfo.InvariantCulture, out port)))
        {
            return; // every port of the address belongs to the container; Gorb itself rejects a malformed port
        }

        if (target.Kind == EndpointKind.HostNetwork)
        {
            if (label is not null && port != target.Place.Port)
            {
                refused.Add(section.Complain($"{Key}port", $"must be {target.Place.Port}, the port of {section.Label("port")}: which other ports of the host are this container's is not known"));
            }

            return;
        }

        var published = container.Ports.Where(binding => binding.IsPublished && binding.Protocol == protocol && target.IsReachedBy(binding)).ToList();
        var found = published.Where(binding => label is not null && binding.Private == port).Concat(published.Where(binding => binding.Public == port)).Select(binding => binding.Public).FirstOrDefault();
        if (found is null)
        {
            refused.Add(label is null
                ? $"label {section.Label($"{Key}type")}: the check goes to port {port}/{protocol} of the host, which is not this container's; publish it for {protocol}, too, or choose a type of {target.Protocol}"
                : section.Complain($"{Key}port", $"is not a {protocol} port that this container publishes at this address; a check goes to the container only"));
        }
        else if (label is not null)
        {
            args["port"] = string.Create(CultureInfo.InvariantCulture, $"{found}");
        }
    }
}

/// <summary>The target of a container's health check.</summary>
/// <param name="Protocol">The protocol of the service.</param>
/// <param name="Family">The family of the address.</param>
/// <param name="Place">The address and port of the container.</param>
/// <param name="Kind">How the container is reached.</param>
internal readonly record struct CheckTarget(string Protocol, AddressFamily Family, EndpointAddress Place, EndpointKind Kind)
{
    /// <summary>Whether a binding receives packets for the target's address. While that address is unknown, wildcard bindings of its family match.</summary>
    public bool IsReachedBy(ContainerPort binding) => Place.Address is { } address
        ? binding.Covers(address)
        : binding.Host?.AddressFamily == Family && (IPAddress.Any.Equals(binding.Host) || IPAddress.IPv6Any.Equals(binding.Host));
}
