using System.Text.RegularExpressions;
using Gorb.Model.Checks;

namespace Gorb.Documents.Checks;

internal static class HttpArgsReader
{
    /// <summary>The maximum length of a regular expression; longer ones take too long to construct.</summary>
    private const int MaxPatternLength = 4096;

    /// <summary>How long an expression may search the body of an answer.</summary>
    private static readonly TimeSpan MatchTimeout = TimeSpan.FromSeconds(1);

    public static HttpArgs Read(FieldReader fields, TlsTrust? trust) => new()
    {
        Trust = trust,
        Method = fields.Text("method", HttpHeaderRules.IsToken, "must be an HTTP method such as GET")?.ToUpperInvariant() ?? "GET",
        Path = ReadPath(fields),
        Headers = HeaderReader.Read(fields),
        Expect = CodesReader.Read(fields, "expect", 100, 599) ?? [new CodeRange(200, 200)],
        ExpectBody = fields.Text("expect_body"),
        ExpectRegex = ReadRegex(fields),
    };

    private static string ReadPath(FieldReader fields)
    {
        var path = fields.Text("path", IsPath, "must be a path, with a query if need be, in characters that a URL may hold as they are") ?? "/";
        return path[0] == '/' ? path : $"/{path}"; // GORB reads "health" as "/health"
    }

    private static string? ReadRegex(FieldReader fields)
    {
        if (fields.Text("expect_regex") is not { } pattern)
        {
            return null;
        }

        if (pattern.Length > MaxPatternLength)
        {
            fields.RefuseGiven("expect_regex", $"must be at most {MaxPatternLength} characters");
            return null;
        }

        try
        {
            _ = BodyPattern(pattern);
            return pattern;
        }
        catch (Exception error) when (error is ArgumentException or NotSupportedException)
        {
            fields.RefuseGiven("expect_regex", $"must be a regular expression without look-around and back-references ({error.Message})");
            return null;
        }
    }

    /// <summary>
    /// Creates the expression in the non-backtracking engine, whose run time is linear in its input. It refuses patterns that grow too large, but a large one can still cost milliseconds for
    /// each character, hence the time-out.
    /// </summary>
    public static Regex BodyPattern(string pattern) => new(pattern, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant, MatchTimeout);

    private static bool IsPath(string text) => !text.AsSpan().ContainsAnyExceptInRange('!', '~') && !text.Contains('#', StringComparison.Ordinal);
}
