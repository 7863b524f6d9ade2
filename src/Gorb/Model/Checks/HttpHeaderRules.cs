using System.Buffers;

namespace Gorb.Model.Checks;

/// <summary>Validates the headers of a check. They are sent unchanged, with a request that has no body.</summary>
internal static class HttpHeaderRules
{
    private const string NoBody = "describes a body, and a check sends none; leave it out";

    /// <summary>Characters of a method or header name (RFC 9110, token).</summary>
    private static readonly SearchValues<char> TokenCharacters =
        SearchValues.Create("!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    private static readonly SearchValues<char> HostCharacters =
        SearchValues.Create("-._~%!$&'()*+,;=:[]0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    public static bool IsToken(string text) => text.Length > 0 && !text.AsSpan().ContainsAnyExcept(TokenCharacters);

    /// <summary>Returns what is wrong with a header; null if it is valid.</summary>
    public static string? Problem(string name, string value) => name.ToLowerInvariant() switch
    {
        _ when !IsToken(name) => "is not the name of a header field",
        _ when value.AsSpan().ContainsAnyExceptInRange(' ', '~') => "must have a value in printable ASCII",
        "content-length" when value.Trim() != "0" => NoBody,
        "transfer-encoding" or "trailer" or "expect" => NoBody,
        "host" when value.Length == 0 || value.AsSpan().ContainsAnyExcept(HostCharacters) => "must be a host name or address, with a port if need be",
        _ => null,
    };
}
