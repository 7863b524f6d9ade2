using System.Text.Json;
using Gorb.Balancing;
using Gorb.Text;

namespace Gorb.Api;

/// <summary>Reads the health check of a backend as GORB's clients send it; it is kept and shown.</summary>
internal static class PulseText
{
    private static readonly string[] Types = ["none", "tcp", "http"];

    public static string? Read(FieldReader fields, JsonElement pulse)
    {
        if (fields.Object("pulse") is not { } members)
        {
            return null;
        }

        if (members.Text("type") is { } type && !Types.Contains(type))
        {
            members.Refuse("type", type, $"must be one of {string.Join(", ", Types)}", GorbTexts.UnknownPulse);
        }

        if (members.Text("interval") is { } interval && !Duration.TryParse(interval, out _))
        {
            members.Refuse("interval", interval, "must be a time such as 5s, 1m or 250ms", GorbTexts.InvalidInterval);
        }

        members.Object("args");
        members.RefuseUnknown();
        return JsonSerializer.Serialize(pulse, ApiJson.Default.JsonElement);
    }
}
