using System.Text.Json.Nodes;

namespace Gorb.Sources.Docker;

/// <summary>Translates a section of labels into the members of a backend, as PUT /config takes them.</summary>
internal static class BackendLabels
{
    /// <param name="container">The container.</param>
    /// <param name="section">The section.</param>
    /// <param name="target">The address of the container, for the backend and its health check.</param>
    /// <param name="forward">The forwarding method: nat, dr or tunnel.</param>
    /// <param name="wrong">Receives errors of invalid labels.</param>
    /// <param name="refused">Receives errors of labels that are valid but not permitted.</param>
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
            else if (!container.IsPaused) // the engine reports no health of a paused container, so the last verdict stays in force
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
