using System.Text.Json;
using Gorb.Model;
using Gorb.Model.Merging;
using Gorb.Model.Policy;

namespace Gorb.Documents;

/// <summary>Reads what an operator sets on a backend that another source declares.</summary>
internal static class OperatorReader
{
    private static readonly string[] Members = ["drain", "force", "weight"];

    /// <summary>Reads the body of a PATCH; null lifts a word.</summary>
    /// <param name="body">The body.</param>
    /// <param name="what">The backend, in words.</param>
    /// <param name="source">The source that declares it.</param>
    /// <param name="present">What is set.</param>
    /// <exception cref="RequestException">Something is wrong, or a member is the source's alone.</exception>
    public static OperatorWords Patch(JsonElement body, string what, string source, OperatorWords present)
    {
        if (body.EnumerateObject().Any(static member => !Members.Contains(member.Name) && !IsEmpty(member.Value)))
        {
            throw RequestException.Foreign(what, source);
        }

        var problems = new ProblemList();
        var words = Read(new FieldReader(body, default, FieldPath.Root, problems), present);
        return problems.Count == 0 ? words : throw RequestException.Invalid(problems);
    }

    /// <summary>Reads the member <c>operator</c> of a backend in a document.</summary>
    public static OperatorWords Read(FieldReader fields)
    {
        if (fields.Object("operator") is not { } given)
        {
            return default;
        }

        var words = Read(given, default);
        given.RefuseUnknown();
        return words;
    }

    private static OperatorWords Read(FieldReader fields, OperatorWords present) => new(
        fields.IsGiven("weight") ? (int?)fields.Number("weight", 0, int.MaxValue) : present.Weight,
        fields.IsGiven("force") ? fields.Word<Force>("force", PolicyWords.Force, null) : present.Force,
        fields.IsGiven("drain") ? fields.Flag("drain") : present.Drain);

    private static bool IsEmpty(JsonElement value) => value.ValueKind == JsonValueKind.Null || (value.ValueKind == JsonValueKind.String && value.ValueEquals(""u8));
}
