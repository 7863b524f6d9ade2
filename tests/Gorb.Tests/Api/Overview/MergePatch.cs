using System.Text.Json.Nodes;

namespace Gorb.Tests.Api.Overview;

/// <summary>Applies JSON merge patches as RFC 7396, section 2 says, word for word: it is what other dashboards do with deltas.</summary>
internal static class MergePatch
{
    public static JsonNode? Apply(JsonNode? target, JsonNode? patch)
    {
        if (patch is not JsonObject changes)
        {
            return patch?.DeepClone();
        }

        var result = target as JsonObject ?? [];
        foreach (var (name, value) in changes)
        {
            if (value is null)
            {
                result.Remove(name);
            }
            else
            {
                result.TryGetPropertyValue(name, out var present);
                result.Remove(name);
                result.Add(name, Apply(present, value));
            }
        }

        return result;
    }
}
