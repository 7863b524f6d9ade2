using System.Runtime.InteropServices;
using System.Text.Json;
using Gorb.Balancing;
using Gorb.Pulse;
using Gorb.Pulse.Json;

namespace Gorb.Api;

/// <summary>Reads <c>pulse</c>, a check or a list of checks, of a service or backend. It is kept as it was given.</summary>
internal sealed class CheckReader(PulseReader reader)
{
    /// <summary>The last check that was right. Thousands of services mostly have the same, which then is read, and kept, once.</summary>
    private volatile Accepted? _last;

    /// <returns>The member as canonical JSON, or null when it is absent.</returns>
    public string? Read(FieldReader fields)
    {
        if (fields.Raw("pulse") is not { } pulse)
        {
            return null;
        }

        var raw = JsonMarshal.GetRawUtf8Value(pulse);
        if (_last is { } last && raw.SequenceEqual(last.Raw))
        {
            return last.Canonical;
        }

        var problems = new List<PulseProblem>();
        reader.Read(pulse, "pulse", problems);
        foreach (var problem in problems)
        {
            fields.Refuse(new Problem(problem.Field, problem.Value, problem.Text) { GorbText = problem.GorbText });
        }

        var canonical = JsonSerializer.Serialize(pulse, ApiJson.Default.JsonElement);
        if (problems.Count == 0)
        {
            _last = new Accepted(raw.ToArray(), canonical);
        }

        return canonical;
    }

    private sealed record Accepted(byte[] Raw, string Canonical);
}
