using Gorb.Client;
using Gorb.Documents;

namespace Gorb.Sources.Docker;

/// <summary>Translates a Gorb's refusal of a declaration into errors about containers' labels.</summary>
internal static class Refusal
{
    /// <summary>Finds the objects of a document that a refusal names, each with its error; none when the refusal names no object.</summary>
    public static IReadOnlyList<(ObjectPath Path, string Complaint)> Read(GorbRefusalException refusal, LinkDocument document) =>
    [
        .. refusal.Details.Select(detail => (Detail: detail, Found: document.Locate(detail.Field)))
            .Where(located => located.Found is not null)
            .Select(located => (located.Detail, located.Found!.Value.Path, located.Found.Value.Member))
            .GroupBy(located => located.Path)
            .Select(located => (located.Key, $"container {document.Find(located.Key)!.Source.Name}: {string.Join("; ", located.Select(one => Explain(one.Path, one.Member, one.Detail)))}")),
    ];

    /// <summary>The full text of a refusal, for refusals that name no object.</summary>
    public static string Explain(GorbRefusalException refusal) => refusal.Details.Count == 0 ? refusal.Message
        : $"{refusal.Message}: {string.Join("; ", refusal.Details.Select(detail => $"{(detail.Field is null ? "" : $"{detail.Field} ")}{detail.Problem}"))}";

    private static string Explain(ObjectPath path, string member, ErrorDetail detail) => member switch
    {
        "" => $"{path}: {detail.Problem}",
        "weight" or "method" or "masquerade" => $"label {LabelSection.Prefix}{member}: {detail.Problem}",
        _ when member.StartsWith("pulse.args.", StringComparison.Ordinal) => $"label {LabelSection.Prefix}pulse.{member["pulse.args.".Length..]}: {detail.Problem}",
        _ when member.StartsWith("pulse.", StringComparison.Ordinal) => $"label {LabelSection.Prefix}{member}: {detail.Problem}",
        "host" or "port" => $"{member} (label {LabelSection.Prefix}vip, {LabelSection.Prefix}network or {LabelSection.Prefix}port): {detail.Problem}",
        _ => $"{path}: {member} {detail.Problem}",
    };
}
