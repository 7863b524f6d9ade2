using System.Buffers;

namespace Gorb.Access;

/// <summary>
/// Gives each request an id, by which its lines in the log, the events and the audit are found: that of the client (X-Request-Id) if it is short and printable, else a new one. Each
/// answer has it.
/// </summary>
internal static class RequestId
{
    public const string Header = "X-Request-Id";

    private const int MaxLength = 128;

    private static readonly SearchValues<char> Printable = SearchValues.Create(string.Concat(Enumerable.Range('!', '~' - '!' + 1).Select(static code => (char)code)));

    public static void UseRequestIds(this WebApplication app) => app.Use(static next => context =>
    {
        context.TraceIdentifier = context.Request.Headers[Header] is [{ Length: > 0 and <= MaxLength } given] && !given.AsSpan().ContainsAnyExcept(Printable) ? given : $"{Guid.NewGuid():N}";
        Show(context);
        return next(context);
    });

    /// <summary>Adds the id to the answer; again after an error, which clears its headers.</summary>
    public static void Show(HttpContext context) => context.Response.Headers[Header] = context.TraceIdentifier;
}
