using System.Buffers;
using System.Globalization;

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

    /// <summary>Random digits of this run of the daemon.</summary>
    private static readonly string Run = $"{Guid.NewGuid():N}"[..16];

    private static long _last;

    public static void UseRequestIds(this WebApplication app) => app.Use(static next => context =>
    {
        context.TraceIdentifier = context.Request.Headers[Header] is [{ Length: > 0 and <= MaxLength } given] && !given.AsSpan().ContainsAnyExcept(Printable) ? given : NewId();
        Show(context);
        return next(context);
    });

    /// <summary>Returns an id that no other request has: random digits of this run of the daemon and a number. A random number for each would be a read from the kernel.</summary>
    private static string NewId() => string.Create(CultureInfo.InvariantCulture, stackalloc char[32], $"{Run}{Interlocked.Increment(ref _last):x16}");

    /// <summary>Adds the id to the answer; again after an error, which clears its headers.</summary>
    public static void Show(HttpContext context) => context.Response.Headers[Header] = context.TraceIdentifier;
}
