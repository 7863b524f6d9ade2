using System.Text.Json.Nodes;
using Gorb.Model;
using Gorb.Model.Checks;
using Gorb.Model.Text;

namespace Gorb.Documents;

/// <summary>Computes the changes from one wanted table to another, as data and as text.</summary>
internal static class ConfigDiff
{
    public static DiffView Of(Table from, Table to)
    {
        var changes = from.Services.Keys.Union(to.Services.Keys).Order(StringComparer.Ordinal)
            .Where(name => !ReferenceEquals(from.Find(name), to.Find(name)))
            .SelectMany(name => Of(name, from.Find(name), to.Find(name)))
            .ToList();
        return new DiffView([.. changes.Select(Describe)], changes);
    }

    /// <summary>Returns the difference of a service itself, without its backends; null if no member differs.</summary>
    public static DiffChange? OfService(string name, ServiceSpec? from, ServiceSpec? to) =>
        Compare(name, null, from is null ? null : ConfigWriter.Members(from), to is null ? null : ConfigWriter.Members(to), SecretHeaders.AreSame(from?.Pulse, to?.Pulse));

    /// <summary>Returns the difference of a backend; null if no member differs.</summary>
    public static DiffChange? OfBackend(string service, string name, Backend? from, Backend? to) => AreAlike(from, to) ? null
        : Compare(service, name, from is null ? null : ConfigWriter.Members(from), to is null ? null : ConfigWriter.Members(to), SecretHeaders.AreSame(from?.Spec.Pulse, to?.Spec.Pulse));

    /// <summary>True if nothing differs that a source or an operator has decided.</summary>
    public static bool AreAlike(Backend? from, Backend? to) => from?.Spec == to?.Spec && from?.Operator == to?.Operator;

    /// <summary>A change in words: one line, for logs and terminals.</summary>
    public static string Describe(DiffChange change) => PlainText.Escape(Words(change));

    private static IEnumerable<DiffChange> Of(string name, Service? from, Service? to)
    {
        if (OfService(name, from?.Spec, to?.Spec) is { } change)
        {
            yield return change;
        }

        if (to is null)
        {
            yield break; // the removal of a service implies that of its backends
        }

        var before = from?.Backends ?? Backends.None;
        foreach (var backend in Backends.Differing(before, to.Backends))
        {
            if (OfBackend(name, backend, before.Find(backend), to.Backends.Find(backend)) is { } below)
            {
                yield return below;
            }
        }
    }

    private static DiffChange? Compare(string service, string? backend, JsonObject? from, JsonObject? to, bool hasSamePulse)
    {
        var members = (from ?? []).Select(member => member.Key).Union((to ?? []).Select(member => member.Key))
            .Where(member => !JsonNode.DeepEquals(from?[member], to?[member]) || (member == "pulse" && !hasSamePulse)) // masked secrets are equal even if the secrets differ
            .Select(member => new DiffMember(member, from?[member]?.DeepClone(), to?[member]?.DeepClone()))
            .ToList();
        var action = from is null ? "add" : to is null ? "remove" : "change";
        return action == "change" && members.Count == 0 ? null : new DiffChange(action, service, backend, members);
    }

    private static string Words(DiffChange change)
    {
        var what = change.Backend is null ? $"service {change.Service}" : $"backend {change.Service}/{change.Backend}";
        return change.Action switch
        {
            "remove" => $"remove {what}",
            "add" => $"add {what}: {string.Join(", ", change.Members.Select(member => $"{member.Member} {Show(member.To)}"))}",
            _ => $"change {what}: {string.Join(", ", change.Members.Select(member => $"{member.Member} from {Show(member.From)} to {Show(member.To)}"))}",
        };
    }

    private static string Show(JsonNode? value) => value is null ? "nothing" : value.GetValueKind() == System.Text.Json.JsonValueKind.String ? value.GetValue<string>() : value.ToJsonString();
}

/// <summary>What a document would change.</summary>
/// <param name="Summary">In words, one line a change; empty when nothing would change.</param>
/// <param name="Changes">The same as data.</param>
internal sealed record DiffView(IReadOnlyList<string> Summary, IReadOnlyList<DiffChange> Changes);

/// <summary>One object that would be added, changed or removed.</summary>
/// <param name="Action">add, change or remove.</param>
/// <param name="Service">The service.</param>
/// <param name="Backend">The backend; absent when it is the service itself.</param>
/// <param name="Members">The members that differ.</param>
internal sealed record DiffChange(string Action, string Service, string? Backend, IReadOnlyList<DiffMember> Members);

/// <summary>One member that differs.</summary>
/// <param name="Member">Its name.</param>
/// <param name="From">Its value now; absent when it has none.</param>
/// <param name="To">Its value then; absent when it has none.</param>
internal sealed record DiffMember(string Member, JsonNode? From, JsonNode? To);
