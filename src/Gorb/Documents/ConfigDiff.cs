using System.Text.Json.Nodes;
using Gorb.Model;

namespace Gorb.Documents;

/// <summary>Computes the changes from one wanted table to another, as data and as text.</summary>
internal static class ConfigDiff
{
    public static DiffView Of(Table from, Table to)
    {
        var (words, changes) = (new List<string>(), new List<DiffChange>());
        foreach (var name in from.Services.Keys.Union(to.Services.Keys).Order(StringComparer.Ordinal).Where(name => !ReferenceEquals(from.Find(name), to.Find(name))))
        {
            AddService(words, changes, name, from.Find(name), to.Find(name));
        }

        return new DiffView(words, changes);
    }

    /// <summary>True if nothing differs that a source or an operator has decided.</summary>
    public static bool AreAlike(Backend? from, Backend? to) => from?.Spec == to?.Spec && from?.Operator == to?.Operator;

    private static void AddService(List<string> words, List<DiffChange> changes, string name, Service? from, Service? to)
    {
        Add(MemberComparison.Of(from?.Spec, to?.Spec), null);
        if (to is null)
        {
            return; // the removal of a service implies that of its backends
        }

        var before = from?.Backends ?? Backends.None;
        foreach (var (old, wanted) in Backends.Differing(before, to.Backends))
        {
            if (!AreAlike(old, wanted))
            {
                Add(MemberComparison.Of(old, wanted), (wanted ?? old)!.Name);
            }
        }

        void Add(MemberComparison comparison, string? backend)
        {
            if (!comparison.IsEmpty)
            {
                words.Add(comparison.ToWords(name, backend));
                changes.Add(comparison.ToChange(name, backend));
            }
        }
    }
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
