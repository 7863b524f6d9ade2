using System.Text.Json.Nodes;

namespace Gorb.DockerLink;

/// <summary>What a section of labels says about a backend, in the words of a PUT.</summary>
internal static class BackendLabels
{
    private static readonly string[] PulseNumbers = ["rise", "fall"];
    private static readonly string[] PulseTexts = ["type", "interval", "timeout", "backoff"];

    /// <param name="container">The container.</param>
    /// <param name="section">The section.</param>
    /// <param name="protocol">tcp, udp or sctp.</param>
    /// <param name="place">Where the container is reached.</param>
    /// <param name="forward">How packets are forwarded to it.</param>
    /// <param name="wrong">Gets what is wrong.</param>
    public static JsonObject Read(Container container, LabelSection section, string protocol, Place place, string forward, List<string> wrong)
    {
        var members = new JsonObject();
        if (place.Address is { } address)
        {
            members["host"] = address.ToString();
        }

        members["port"] = (int)place.Port;
        members["method"] = forward;
        if (section.Number("weight", int.MaxValue, wrong) is > 0 and var weight)
        {
            members["weight"] = weight;
        }

        var pulse = ReadPulse(section, protocol, wrong);
        if (pulse?["type"]?.GetValue<string>() == "docker")
        {
            if (container.IsHealthy is { } isHealthy)
            {
                members["force"] = isHealthy ? "up" : "down";
            }
            else if (!container.IsPaused) // of a paused one the engine does not tell; what was known of it before holds
            {
                wrong.Add(section.Complain("pulse.type", "the container's image has no HEALTHCHECK"));
            }

            pulse = new JsonObject { ["type"] = "none" };
        }

        if (pulse is not null)
        {
            members["pulse"] = pulse;
        }

        return members;
    }

    /// <summary>The health check of the labels; without any, none for what is not TCP, and else Gorb's default.</summary>
    private static JsonObject? ReadPulse(LabelSection section, string protocol, List<string> wrong)
    {
        var pulse = new JsonObject();
        var args = new JsonObject();
        foreach (var (key, value) in section.PulseMembers)
        {
            if (PulseNumbers.Contains(key))
            {
                pulse[key] = section.Number($"pulse.{key}", int.MaxValue, wrong);
            }
            else
            {
                (PulseTexts.Contains(key) ? pulse : args)[key] = value;
            }
        }

        if (args.Count > 0)
        {
            pulse["args"] = args;
        }

        if (protocol != "tcp" && !pulse.ContainsKey("type"))
        {
            pulse["type"] = "none";
        }

        return pulse.Count > 0 ? pulse : null;
    }
}
