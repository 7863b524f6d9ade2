using System.Globalization;
using System.Net;
using System.Text.Json;
using Gorb.Access;
using Gorb.Documents;
using Gorb.Model;
using Gorb.Model.Merging;
using Gorb.Model.Text;

namespace Gorb.Api;

/// <summary>Reads the body of a new token with all problems at once.</summary>
internal static class TokenReader
{
    /// <summary>The limit of tokens: each request with a token is held against all of them.</summary>
    public const int MaxTokens = 1000;

    private const int MaxName = 64;
    private const int MaxItems = 64;
    private const int MaxDays = 36_500;

    /// <summary>Names that events use for something else.</summary>
    private static readonly string[] Reserved = [Actors.Checks, Actors.Cluster, Actors.Drain, Actors.File, Actors.Writer, FileToken.Actor, InternalToken.Actor, "local"];

    /// <exception cref="RequestException">The body is invalid.</exception>
    public static Token Read(JsonElement body, string hash, DateTimeOffset now)
    {
        var problems = new ProblemList();
        var fields = new FieldReader(body, default, FieldPath.Root, problems);
        var name = ReadName(fields, problems);
        var role = ReadRole(fields, problems);
        var scope = ReadScope(fields, problems);
        var expires = ReadExpiry(fields, problems, now);
        fields.RefuseUnknown();
        return problems.Count == 0 ? new Token(name, role, scope, hash, now, expires, LastUsed: null) : throw RequestException.Invalid(problems);
    }

    private static string ReadName(FieldReader fields, ProblemList problems)
    {
        var name = fields.Text("name") ?? "";
        var fault = name.Length is 0 or > MaxName ? $"must have 1 to {MaxName} characters"
            : !name.All(static character => char.IsAsciiLetterOrDigit(character) || character is '.' or '_' or '-') ? "may hold letters, digits, '.', '_' and '-'"
            : Reserved.Contains(name) || IPAddress.TryParse(name, out _) ? "is how events name another actor; take another name"
            : null;
        Report(fields, problems, "name", name, fault);
        return name;
    }

    private static Role ReadRole(FieldReader fields, ProblemList problems)
    {
        var text = fields.Text("role") ?? "";
        var role = RoleNames.Parse(text);
        Report(fields, problems, "role", text, role is null ? $"must be one of {string.Join(", ", RoleNames.OfTokens.Select(RoleNames.Of))}" : null);
        return role ?? default;
    }

    private static ServiceScope ReadScope(FieldReader fields, ProblemList problems)
    {
        var patterns = ReadList(fields, problems, "services", static text => ObjectName.Fault(text) is null ? text : null, "patterns of names, as in [\"web*\", \"mail\"]; without it the token is for all names");
        var vips = ReadList(fields, problems, "vips", static text => AddressText.ParseNetwork(text) is { } network ? (IPNetwork?)network : null, "addresses and networks, as in [\"10.9.0.0/24\", \"fd00:9::1\"]; without it the token is for all addresses");
        var ports = ReadList(fields, problems, "ports", static text => PortRange.TryParse(text, out var range) ? (PortRange?)range : null, "ports and ranges of ports, as in [\"80\", \"8000-8999\"]; without it the token is for all ports");
        return new ServiceScope(patterns) { Source = ReadSource(fields, problems), Vips = [.. vips.OfType<IPNetwork>()], Ports = [.. ports.OfType<PortRange>()] };
    }

    private static string? ReadSource(FieldReader fields, ProblemList problems)
    {
        var source = fields.Text("source") is { Length: > 0 } given ? given : null;
        Report(fields, problems, "source", source, source is null ? null : SourceName.Fault(source));
        return source;
    }

    private static ValueList<T> ReadList<T>(FieldReader fields, ProblemList problems, string member, Func<string, T?> parse, string kind)
    {
        if (fields.Raw(member) is not { } given || given.ValueKind == JsonValueKind.Null)
        {
            return ValueList<T>.Empty;
        }

        var items = given.ValueKind != JsonValueKind.Array ? null : given.EnumerateArray().Select(one => one.ValueKind == JsonValueKind.String ? parse(one.GetString()!) : default).ToList();
        var isValid = items is { Count: > 0 and <= MaxItems } && items.TrueForAll(static item => item is not null);
        Report(fields, problems, member, FieldReader.Show(given), isValid ? null : $"must be a list of 1 to {MaxItems} {kind}");
        return isValid ? [.. items!.OfType<T>()] : ValueList<T>.Empty;
    }

    private static DateTimeOffset? ReadExpiry(FieldReader fields, ProblemList problems, DateTimeOffset now)
    {
        if (fields.Text("expires") is not { Length: > 0 } text)
        {
            return null;
        }

        var lifetime = ParseLifetime(text);
        Report(fields, problems, "expires", text, lifetime is null ? $"is not a time of 1s to {MaxDays}d; write \"90d\" or \"12h\"" : null);
        return now + lifetime;
    }

    private static TimeSpan? ParseLifetime(string text)
    {
        var days = text.EndsWith('d') && int.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;
        var lifetime = days is > 0 and <= MaxDays ? TimeSpan.FromDays(days) : Duration.TryParse(text, out var duration) ? duration : TimeSpan.Zero;
        return lifetime >= TimeSpan.FromSeconds(1) && lifetime <= TimeSpan.FromDays(MaxDays) ? lifetime : null;
    }

    private static void Report(FieldReader fields, ProblemList problems, string member, string? value, string? fault)
    {
        if (fault is not null && !fields.IsRefused(member))
        {
            problems.Add(new Problem(member, value is null ? null : ProblemList.Shorten(value), fault));
        }
    }
}
