using System.Text.Json;
using Gorb.Model;

namespace Gorb.Documents;

/// <summary>Reads maps with names as keys and objects as values.</summary>
internal static class NamedObjects
{
    /// <param name="map">The map; null for none.</param>
    /// <param name="path">The path of the map.</param>
    /// <param name="problems">Receives the entries with an invalid name or value.</param>
    /// <returns>The valid entries, in the order of the map.</returns>
    public static List<(string Name, JsonElement Value)> Read(JsonElement? map, FieldPath path, ProblemList problems)
    {
        var entries = new List<(string, JsonElement)>();
        if (map is not { } found)
        {
            return entries;
        }

        if (found.ValueKind != JsonValueKind.Object)
        {
            problems.Add(new Problem(path.ToString(), null, "must be a map with names as keys"));
            return entries;
        }

        foreach (var entry in found.EnumerateObject())
        {
            var name = entry.Name;
            if (Fault(name, entry.Value) is { } fault)
            {
                problems.Add(new Problem(path.Member(name), null, fault));
            }
            else
            {
                entries.Add((name, entry.Value));
            }
        }

        return entries;
    }

    private static string? Fault(string name, JsonElement value) => ObjectName.Fault(name) is { } fault ? $"the name {fault}"
        : value.ValueKind == JsonValueKind.Object ? null
        : "must be a map";
}
