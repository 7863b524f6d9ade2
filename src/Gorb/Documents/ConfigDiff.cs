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
        return new DiffView([.. changes.Select(static change => PlainText.Escape(Words(change)))], changes); // one line per change, for logs and terminals
    }

    private static IEnumerable<DiffChange> Of(string name, Service? from, Service? to)
    {
        if (Compare(name, null, from is null ? null : ConfigWriter.Members(from.Spec), to is null ? null : ConfigWriter.Members(to.Spec), SecretHeaders.AreSame(from?.Spec.Pulse, to?.Spec.Pulse)) is { } change)
        {
            yield return change;
        }

        // Removing a service implies the removal of its backends.
        var before = from?.Backends.Values.ToDictionary(backend => backend.Name) ?? [];
        var after = to?.Backends.Values.ToDictionary(backend => backend.Name) ?? [];
        foreach (var backend in before.Keys.Union(after.Keys).Where(_ => to is not null).Order(StringComparer.Ordinal))
        {
            var old = before.GetValueOrDefault(backend);
            var wanted = after.GetValueOrDefault(backend);
            if ((old?.Spec != wanted?.Spec || old?.Operator != wanted?.Operator) && Compare(name, backend, old is null ? null : ConfigWriter.Members(old), wanted is null ? null : ConfigWriter.Members(wanted), SecretHeaders.AreSame(old?.Spec.Pulse, wanted?.Spec.Pulse)) is { } below)
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
