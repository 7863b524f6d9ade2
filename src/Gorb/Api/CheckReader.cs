using System.Text.Json;
using Gorb.Balancing;
using Gorb.Pulse;
using Gorb.Pulse.Json;

namespace Gorb.Api;

/// <summary>Reads <c>pulse</c>, a check or a list of checks, of a service or backend. It is kept as it was given.</summary>
internal sealed class CheckReader(PulseReader reader)
{
    /// <returns>The member as canonical JSON, or null when it is absent.</returns>
    public string? Read(FieldReader fields)
    {
        if (fields.Raw("pulse") is not { } pulse)
        {
            return null;
        }

        var problems = new List<PulseProblem>();
        reader.Read(pulse, "pulse", problems);
        foreach (var problem in problems)
        {
            fields.Refuse(new Problem(problem.Field, problem.Value, problem.Text) { GorbText = problem.GorbText });
        }

        return JsonSerializer.Serialize(pulse, ApiJson.Default.JsonElement);
    }
}
