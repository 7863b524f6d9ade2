using System.Text.Json;
using System.Text.Json.Nodes;

namespace Gorb.Model.Checks;

/// <summary>Finds checks that run programs of this host. Only a client with the role admin may set them.</summary>
internal static class ExecChecks
{
    private const string Exec = "exec";

    /// <summary>True if a check, or one of a list of checks, runs a program.</summary>
    /// <param name="pulse">The check or list as saved; null for none.</param>
    public static bool AreIn(string? pulse) => pulse is not null && pulse.Contains(Exec, StringComparison.OrdinalIgnoreCase) && JsonNode.Parse(pulse) switch
    {
        JsonArray checks => checks.Any(IsExec),
        var check => IsExec(check),
    };

    private static bool IsExec(JsonNode? check) =>
        check is JsonObject members && members.Any(static member => member.Key == "type" && member.Value is JsonValue value && value.GetValueKind() == JsonValueKind.String
            && value.GetValue<string>().Equals(Exec, StringComparison.OrdinalIgnoreCase));
}
