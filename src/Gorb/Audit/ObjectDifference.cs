using System.Text.Json.Nodes;
using Gorb.Documents;
using Gorb.Model;

namespace Gorb.Audit;

/// <summary>
/// One object that a request changed. It refers to the immutable values before and after, and compares and writes them only when it is read.
/// </summary>
internal abstract record ObjectDifference
{
    /// <summary>Returns the change with the members that differ; null if no member differs that is shown.</summary>
    public virtual AuditChange? Show() => Name();

    /// <summary>Returns the change in words, with the members that differ; null if no member differs that is shown.</summary>
    public abstract string? Describe();

    /// <summary>Returns the change without its members.</summary>
    public abstract AuditChange Name();

    protected static string Action(object? from, object? to) => from is null ? "add" : to is null ? "remove" : "change";
}

/// <param name="Service">The name of the service.</param>
/// <param name="From">Its settings before; null if it is new.</param>
/// <param name="To">Its settings after; null if it was removed.</param>
/// <param name="Removed">The backends of a service that was removed. They have no change of their own.</param>
internal sealed record ServiceDifference(string Service, ServiceSpec? From, ServiceSpec? To, Backends Removed) : ObjectDifference
{
    public override AuditChange? Show()
    {
        if (MemberComparison.Of(From, To) is not { IsEmpty: false } comparison)
        {
            return null;
        }

        var change = comparison.ToChange(Service, null);
        IReadOnlyList<DiffMember> members = Removed.IsEmpty ? change.Members
            : [.. change.Members, new DiffMember("backends", new JsonArray([.. Removed.Keys.Select(static name => JsonValue.Create(name))]), null)];
        return new AuditChange(change.Action, Service, Members: members);
    }

    public override string? Describe() => MemberComparison.Of(From, To) is { IsEmpty: false } comparison ? comparison.ToWords(Service, null) : null;

    public override AuditChange Name() => new(Action(From, To), Service);
}

/// <param name="Service">The name of the service.</param>
/// <param name="Backend">The name of the backend.</param>
/// <param name="From">The backend before; null if it is new.</param>
/// <param name="To">The backend after; null if it was removed.</param>
internal sealed record BackendDifference(string Service, string Backend, Backend? From, Backend? To) : ObjectDifference
{
    public override AuditChange? Show() => MemberComparison.Of(From, To) is { IsEmpty: false } comparison && comparison.ToChange(Service, Backend) is var change
        ? new AuditChange(change.Action, Service, Backend, Members: change.Members)
        : null;

    public override string? Describe() => MemberComparison.Of(From, To) is { IsEmpty: false } comparison ? comparison.ToWords(Service, Backend) : null;

    public override AuditChange Name() => new(Action(From, To), Service, Backend);
}

/// <param name="Kind">claim or unclaim.</param>
/// <param name="Service">The service that another source has.</param>
internal sealed record ClaimDifference(string Kind, string Service) : ObjectDifference
{
    public override string Describe() => $"{Kind} service {Service}";

    public override AuditChange Name() => new(Kind, Service);
}

/// <param name="Token">The name of the token.</param>
/// <param name="From">The token before; null if it is new.</param>
/// <param name="To">The token after; null if it was removed.</param>
internal sealed record TokenDifference(string Token, Token? From, Token? To) : ObjectDifference
{
    public override string Describe() => $"{Action(From, To)} token {Token}";

    public override AuditChange Name() => new(Action(From, To), Token: Token, Members: [.. Members()]);

    private IEnumerable<DiffMember> Members()
    {
        yield return Member("role", static token => RoleNames.Of(token.Role));
        yield return Member("scope", static token => $"{token.Scope}");
        yield return Member("expires", static token => token.Expires?.ToString("O"));
    }

    private DiffMember Member(string name, Func<Token, string?> read) => new(name, Show(From, read), Show(To, read));

    private static JsonValue? Show(Token? token, Func<Token, string?> read) => token is not null && read(token) is { Length: > 0 } text ? JsonValue.Create(text) : null;
}
