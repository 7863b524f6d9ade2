using System.Text.Json.Nodes;
using Gorb.Documents;
using Gorb.Model;
using Gorb.Model.Merging;

namespace Gorb.Audit;

/// <summary>Computes what an accepted request has changed, for the audit.</summary>
internal static class AuditChanges
{
    /// <summary>The number of objects whose members are shown. A document of ten thousand backends has one line, too.</summary>
    private const int MaxDetailed = 1000;

    /// <summary>Returns the changes in words and as data; none if nothing differs that anybody has decided.</summary>
    public static (IReadOnlyList<string> Words, IReadOnlyList<AuditChange> Changes) Of(AuditedChange change)
    {
        var diff = change.Touched.Count == 0 ? new DiffView([], []) : ConfigDiff.Of(change.Before.Only(change.Touched), change.After.Only(change.Touched));
        var changes = diff.Changes.Select((one, position) => position < MaxDetailed ? Detailed(one, change.Before) : new AuditChange(one.Action, one.Service, one.Backend)).ToList();
        var words = diff.Summary.ToList();
        foreach (var (action, name) in Claims(change))
        {
            changes.Add(new AuditChange(action, name));
            words.Add($"{action} service {name}");
        }

        foreach (var token in Tokens(change))
        {
            changes.Add(token);
            words.Add($"{token.Action} token {token.Token}");
        }

        return (words, changes);
    }

    /// <summary>The members of an object that is removed include the names of its backends, which have no change of their own.</summary>
    private static AuditChange Detailed(DiffChange change, Table before)
    {
        var members = change.Members;
        if (change is { Action: "remove", Backend: null } && before.Find(change.Service) is { Backends.IsEmpty: false } removed)
        {
            members = [.. members, new DiffMember("backends", new JsonArray([.. removed.Backends.Keys.Select(static name => JsonValue.Create(name))]), null)];
        }

        return new AuditChange(change.Action, change.Service, change.Backend, Members: members);
    }

    private static IEnumerable<(string Action, string Service)> Claims(AuditedChange change)
    {
        var (before, after) = (change.Before.Declarations, change.After.Declarations);
        if (change.Origin.Source is not { } source || ReferenceEquals(before.Claims, after.Claims))
        {
            yield break;
        }

        foreach (var name in change.Touched)
        {
            var (from, to) = (before.On(name).Of(source), after.On(name).Of(source));
            if (from != to)
            {
                yield return (to is null ? "unclaim" : "claim", name);
            }
        }
    }

    private static IEnumerable<AuditChange> Tokens(AuditedChange change)
    {
        var (before, after) = (change.Before.Tokens, change.After.Tokens);
        if (ReferenceEquals(before, after))
        {
            yield break;
        }

        foreach (var name in before.Keys.Union(after.Keys).Order(StringComparer.Ordinal))
        {
            var (from, to) = (before.GetValueOrDefault(name), after.GetValueOrDefault(name));
            if (from != to)
            {
                yield return new AuditChange(from is null ? "add" : to is null ? "remove" : "change", Token: name, Members: [.. Members(from, to)]);
            }
        }
    }

    private static IEnumerable<DiffMember> Members(Token? from, Token? to)
    {
        yield return new DiffMember("role", Show(from, static token => RoleNames.Of(token.Role)), Show(to, static token => RoleNames.Of(token.Role)));
        yield return new DiffMember("scope", Show(from, static token => $"{token.Scope}"), Show(to, static token => $"{token.Scope}"));
        yield return new DiffMember("expires", Show(from, static token => token.Expires?.ToString("O")), Show(to, static token => token.Expires?.ToString("O")));
    }

    private static JsonValue? Show(Token? token, Func<Token, string?> member) => token is not null && member(token) is { Length: > 0 } text ? JsonValue.Create(text) : null;
}
