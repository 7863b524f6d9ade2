using System.Runtime.InteropServices;
using System.Text.Json;
using Gorb.Documents.Checks;
using Gorb.Model;
using Gorb.Model.Checks;

namespace Gorb.Documents;

/// <summary>Reads <c>pulse</c>, a check or a list of checks, of a service or backend. The text is kept as given.</summary>
internal sealed class CheckReader(PulseReader reader)
{
    /// <summary>The last valid check. Most services of a large document have the same check, which is then parsed and held in memory once.</summary>
    private volatile Accepted? _last;

    /// <param name="fields">The members of the object.</param>
    /// <param name="present">
    /// The present check. The same check is not validated again, so one that is no longer accepted (exec without --allow-exec) does not block
    /// other changes.
    /// </param>
    /// <param name="inherited">The check that GET shows while the object has none.</param>
    /// <returns>The member as canonical JSON, or null if it is absent.</returns>
    public string? Read(FieldReader fields, string? present, string? inherited = null)
    {
        if (fields.Raw("pulse") is not { } pulse)
        {
            return null;
        }

        if (fields.IsPatch && !fields.IsGiven("pulse"))
        {
            return present;
        }

        pulse = Unmask(fields, pulse, present ?? inherited);
        var raw = JsonMarshal.GetRawUtf8Value(pulse);
        if (_last is { } last && raw.SequenceEqual(last.Raw))
        {
            return last.Canonical;
        }

        var canonical = JsonSerializer.Serialize(pulse, BodyJson.Default.JsonElement);
        if (canonical == present || (ExecChecks.AreIn(present) && SecretHeaders.AreSame(canonical, present))) // the same program, however it is written
        {
            return present;
        }

        var problems = new ProblemList(); // a separate list, because the document's may be full and then shows nothing about this check
        reader.Read(pulse, fields.PathOf("pulse"), problems);
        fields.Refuse(problems);
        if (problems.Count == 0)
        {
            _last = new Accepted(raw.ToArray(), canonical);
        }

        return canonical;
    }

    /// <summary>Replaces masks with the present secrets.</summary>
    private static JsonElement Unmask(FieldReader fields, JsonElement pulse, string? present)
    {
        var missing = new List<string>();
        var restored = SecretHeaders.Restore(pulse, present, missing);
        foreach (var place in missing)
        {
            fields.Refuse(new Problem($"pulse{place}", SecretHeaders.Mask,
                $"stands for the secret that is there, and there is none: give the value itself; {SecretHeaders.Mask} keeps it only in the same place of the same daemon"));
        }

        return restored is null ? pulse : JsonElement.Parse(restored);
    }

    private sealed record Accepted(byte[] Raw, string Canonical);
}
