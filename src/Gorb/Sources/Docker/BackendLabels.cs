using System.Text.Json.Nodes;

namespace Gorb.Sources.Docker;

/// <summary>What a section of labels says about a backend, in the words of a document.</summary>
internal static class BackendLabels
{
    /// <param name="container">The container.</param>
    /// <param name="section">The section.</param>
    /// <param name="target">Where the container is reached.</param>
    /// <param name="forward">How packets are forwarded to it.</param>
    /// <param name="wrong">Gets what cannot be meant.</param>
    /// <param name="refused">Gets what labels may not ask for.</param>
    public static JsonObject Read(Container container, LabelSection section, CheckTarget target, string forward, List<string> wrong, List<string> refused)
    {
        var members = new JsonObject();
        if (target.Place.Address is { } address)
        {
            members["host"] = address.ToString();
        }

        members["port"] = (int)target.Place.Port;
        members["method"] = forward;
        if (section.Number("weight", int.MaxValue, wrong) is > 0 and var weight)
        {
            members["weight"] = weight;
        }

        var pulse = PulseLabels.Read(container, section, target, wrong, refused);
        if (string.Equals(pulse?["type"]?.GetValue<string>(), PulseLabels.Docker, StringComparison.OrdinalIgnoreCase))
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
}
