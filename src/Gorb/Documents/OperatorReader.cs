using System.Text.Json;
using Gorb.Model;
using Gorb.Model.Merging;
using Gorb.Model.Policy;

namespace Gorb.Documents;

/// <summary>Reads an operator's overrides on a backend that another source declares.</summary>
internal static class OperatorReader
{
    private static readonly string[] Members = ["drain", "force", "weight"];

    /// <summary>True for a member that an operator can set.</summary>
    public static bool IsMember(string name) => Members.Contains(name);

    /// <summary>Reads the body of a PATCH; null removes an override.</summary>
    /// <param name="body">The body.</param>
    /// <param name="what">The backend, as error texts name it.</param>
    /// <param name="source">The source that declares the backend.</param>
    /// <param name="present">The present overrides.</param>
    /// <exception cref="RequestException">The body is invalid, or has a member that only the source may change.</exception>
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
