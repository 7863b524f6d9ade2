using System.Text.Json.Nodes;

namespace Gorb.Model.Checks;

/// <summary>
/// Finds headers whose value comes from a file or a variable of the daemon's host. Only a client with the role admin may set them: a check sends the value to the backend, so anybody
/// else could have a check send what only the daemon can read.
/// </summary>
internal static class HeaderReferences
{
    /// <summary>True if a check, or one of a list of checks, has such a header.</summary>
    /// <param name="pulse">The check or list as saved; null for none.</param>
    public static bool AreIn(string? pulse) => pulse is not null && MayHaveOne(pulse) && JsonNode.Parse(pulse) switch
    {
        JsonArray checks => checks.Any(HasOne),
        var check => HasOne(check),
    };

    private static bool MayHaveOne(string pulse) => pulse.Contains("\\u", StringComparison.Ordinal)
        || (pulse.Contains("headers", StringComparison.Ordinal) && (pulse.Contains("\"file\"", StringComparison.Ordinal) || pulse.Contains("\"env\"", StringComparison.Ordinal)));

    private static bool HasOne(JsonNode? check) => (check as JsonObject)?["args"] is JsonObject args && args["headers"] is JsonObject headers
        && headers.Any(static header => header.Value is JsonObject value && (value.ContainsKey("file") || value.ContainsKey("env")));
}
