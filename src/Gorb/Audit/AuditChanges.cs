using System.Text.Json.Nodes;
using Gorb.Documents;
using Gorb.Model;
using Gorb.Model.Merging;

namespace Gorb.Audit;

/// <summary>Computes what an accepted request has changed, for the audit.</summary>
internal static class AuditChanges
{
    /// <summary>The number of objects whose members are shown. To show those of ten thousand backends takes several times as long as to change them.</summary>
    public const int MaxDetailed = 1000;

    /// <summary>Returns the changes in words and as data; none if nothing differs that anybody has decided.</summary>
    public static (IReadOnlyList<string> Words, IReadOnlyList<AuditChange> Changes) Of(AuditedChange change)
    {
        var (detailed, named) = Split(change);
        var diff = detailed.Count == 0 ? new DiffView([], []) : ConfigDiff.Of(change.Before.Only(detailed), change.After.Only(detailed));
        var changes = diff.Changes.Select(one => Detailed(one, change.Before)).ToList();
        var words = diff.Summary.ToList();
        foreach (var one in named.SelectMany(name => Names(name, change.Before.Find(name), change.After.Find(name))))
        {
            changes.Add(one);
            words.Add(one.Backend is null ? $"{one.Action} service {one.Service}" : $"{one.Action} backend {one.Service}/{one.Backend}");
        }

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

    /// <summary>Separates the services whose members are shown from those that are only named.</summary>
    private static (List<string> Detailed, List<string> Named) Split(AuditedChange change)
    {
        var (detailed, named, objects) = (new List<string>(), new List<string>(), 0);
        foreach (var name in change.Touched.Order(StringComparer.Ordinal))
        {
            var size = 1 + Math.Max(change.Before.Find(name)?.Backends.Count ?? 0, change.After.Find(name)?.Backends.Count ?? 0);
            (objects + size <= MaxDetailed || detailed.Count == 0 ? detailed : named).Add(name);
            objects += size;
        }

        return (detailed, named);
    }

    private static IEnumerable<AuditChange> Names(string name, Service? from, Service? to)
    {
        if (from?.Spec != to?.Spec)
        {
            yield return new AuditChange(Action(from, to), name);
        }

        if (to is null)
        {
            yield break; // that removes its backends
        }

        foreach (var backend in Backends.Differing(from?.Backends ?? Backends.None, to.Backends))
        {
            var (old, wanted) = (from?.Backends.Find(backend), to.Backends.Find(backend));
            if (old?.Spec != wanted?.Spec || old?.Operator != wanted?.Operator)
            {
                yield return new AuditChange(Action(old, wanted), name, backend);
            }
        }
    }

    private static string Action(object? from, object? to) => from is null ? "add" : to is null ? "remove" : "change";

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
