using System.Runtime.InteropServices;
using System.Text.Json;
using Gorb.Documents.Checks;
using Gorb.Model;
using Gorb.Model.Checks;

namespace Gorb.Documents;

/// <summary>Reads <c>pulse</c>, a check or a list of checks, of a service or backend. It is kept as it was given.</summary>
internal sealed class CheckReader(PulseReader reader)
{
    /// <summary>The last check that was right. Thousands of services mostly have the same, which then is read, and kept, once.</summary>
    private volatile Accepted? _last;

    /// <param name="fields">The object's members.</param>
    /// <param name="present">
    /// What the object has. The same again is not judged: what was accepted once, but is not any more (exec without --allow-exec), does not stand in the way of
    /// other changes.
    /// </param>
    /// <param name="inherited">The check that is shown in its place while there is none.</param>
    /// <returns>The member as canonical JSON, or null when it is absent.</returns>
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
        if (canonical == present)
        {
            return present;
        }

        var problems = new ProblemList(); // of its own: that of a document may be full, and then says nothing about this check
        reader.Read(pulse, fields.PathOf("pulse"), problems);
        fields.Refuse(problems);
        if (problems.Count == 0)
        {
            _last = new Accepted(raw.ToArray(), canonical);
        }

        return canonical;
    }

    /// <summary>Puts the secrets that are there in the places of their masks.</summary>
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
