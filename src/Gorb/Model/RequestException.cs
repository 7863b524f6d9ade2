namespace Gorb.Model;

/// <summary>The reason for which a request fails.</summary>
internal enum Refusal
{
    /// <summary>The request itself is wrong.</summary>
    Invalid,

    /// <summary>The named object does not exist.</summary>
    NotFound,

    /// <summary>The request needs a role, and its client has shown no valid token.</summary>
    Unauthenticated,

    /// <summary>The client may not do what it asks for.</summary>
    Forbidden,

    /// <summary>Too many failed logins come from the client's address, or a limit on what the clients make together is reached.</summary>
    TooMany,

    /// <summary>The request conflicts with an existing object.</summary>
    Conflict,

    /// <summary>The condition of the request (If-Match, If-None-Match) does not hold.</summary>
    Precondition,

    /// <summary>The kernel rejected the change.</summary>
    Kernel,

    /// <summary>The change was made, but other directors of the cluster have not got it in time.</summary>
    Late,

    /// <summary>The kernel is unreachable, its answer was lost, the state file cannot be written, or a limit on concurrent requests is reached.</summary>
    Unavailable,

    /// <summary>The disk that holds the state file is full.</summary>
    StorageFull,
}

/// <summary>A rejected request, which changed nothing.</summary>
internal sealed class RequestException(Refusal refusal, string message, IReadOnlyList<Problem> problems, Exception? inner = null)
    : Exception(message, inner)
{
    public Refusal Refusal { get; } = refusal;

    public IReadOnlyList<Problem> Problems { get; } = problems;

    /// <param name="problems">The problems; <see cref="ProblemList.Tell(IReadOnlyList{Problem})"/> limits their number.</param>
    public static RequestException Invalid(IReadOnlyList<Problem> problems)
    {
        problems = ProblemList.Tell(problems);
        var first = problems[0];
        var message = first.GorbText ?? (first.Field is null ? first.Text : $"{first.Field}: {first.Text}");
        return new RequestException(Refusal.Invalid, first.Place is { } place ? $"{message} ({place})" : message, problems);
    }

    public static RequestException Invalid(Problem problem) => Invalid([problem]);

    public static RequestException Conflict(string text) =>
        new(Refusal.Conflict, GorbTexts.Exists, [new Problem(null, null, text)]);

    /// <summary>A single request would change an object that another source declares.</summary>
    public static RequestException Foreign(string what, string source) => new(
        Refusal.Conflict,
        $"{what} is declared by source {source}",
        [new Problem(null, null, $"{what} is declared by source {source}: change it where it is declared, or remove it there (PUT /config?source={source}); drain, force and weight of a backend can be set with PATCH")]);

    public static RequestException ServiceNotFound(string service) => NotFound($"there is no service '{service}'; GET /service lists them");

    public static RequestException BackendNotFound(string service, string backend) =>
        NotFound($"service '{service}' has no backend '{backend}'; GET /service/{service} lists them");

    public static RequestException OnlyMetricsHere() => NotFound("this listener (--metrics-listen) serves GET /metrics, /healthz and /readyz only; the API is at another address (-l)");

    public static RequestException TokenNotFound(string name) => NotFound($"there is no token '{name}'; GET /tokens lists them");

    /// <param name="text">Which role is needed, and how to show a token that has it.</param>
    public static RequestException Unauthenticated(string text) => new(Refusal.Unauthenticated, "the request needs a token, or a client certificate", [new Problem(null, null, text)]);

    /// <param name="text">What is needed and what the client has. It must not depend on the existence of an object.</param>
    public static RequestException Forbidden(string text) => new(Refusal.Forbidden, "the request is refused", [new Problem(null, null, text)]);

    public static RequestException TooManyLogins(string text) => new(Refusal.TooMany, "too many failed logins", [new Problem(null, null, text)]);

    /// <summary>A limit on what the clients make together is reached.</summary>
    public static RequestException Limited(string name, string text) => new(Refusal.TooMany, $"too many {name}", [new Problem(null, null, text)]);

    public static RequestException AlreadyThere(string name) =>
        new(Refusal.Precondition, GorbTexts.Exists, [new Problem("If-None-Match", "*", $"'{name}' exists; leave the header out to replace it")]);

    /// <summary>The object is another version than the request depends on.</summary>
    /// <param name="header">The header with the condition.</param>
    /// <param name="given">Its value.</param>
    /// <param name="what">The object.</param>
    /// <param name="path">Where it can be read.</param>
    /// <param name="tag">Its present tag; null if it does not exist.</param>
    public static RequestException Outdated(string header, string given, string what, string path, string? tag) => new(
        Refusal.Precondition,
        "the object is not the one that the request depends on",
        [new Problem(header, given, tag is null
            ? $"{what} does not exist; leave the header out to create it"
            : $"{what} has changed since, and is now {tag}: read it again (GET {path}) and send the ETag of that answer, or leave the header out")]);

    public static RequestException Kernel(Exception cause, string text) =>
        new(Refusal.Kernel, GorbTexts.KernelFailed, [new Problem(null, null, text)], cause);

    public static RequestException Unavailable(Exception cause) =>
        new(Refusal.Unavailable, GorbTexts.KernelFailed, [new Problem(null, null, cause.Message)], cause);

    /// <summary>Who the client is cannot be found out at present.</summary>
    public static RequestException IssuerUnavailable(Exception cause, string text) => new(Refusal.Unavailable, "the issuer of the token cannot be asked", [new Problem(null, null, text)], cause);

    /// <summary>A limit on concurrent requests is reached.</summary>
    public static RequestException Busy(string text) => new(Refusal.Unavailable, "too many requests of this kind at a time", [new Problem(null, null, text)]);

    public static RequestException Unsaved(StateException cause) =>
        new(cause.IsFull ? Refusal.StorageFull : Refusal.Unavailable, "the change cannot be saved", [new Problem(null, null, cause.Message)], cause);

    /// <summary>A change was made, and its record in the audit waits for a disk that takes it.</summary>
    public static RequestException Unrecorded(StateException cause) => new(
        cause.IsFull ? Refusal.StorageFull : Refusal.Unavailable,
        "the change is in force, but not in the audit file yet",
        [new Problem(null, null, $"{cause.Message}; the change was made, its line is written as soon as that is possible, and further changes are refused until then")],
        cause);

    /// <summary>A change was made, and other directors have not got it in the time that the client set.</summary>
    /// <param name="text">The summary.</param>
    /// <param name="directors">Those that have not, with the reasons.</param>
    public static RequestException Late(string text, IReadOnlyList<Problem> directors) => new(Refusal.Late, text, directors);

    /// <summary>Returns the same exception with a field for the problems that have none.</summary>
    public RequestException At(string? field) => new(Refusal, Message, [.. Problems.Select(problem => problem with { Field = problem.Field ?? field })], InnerException);

    private static RequestException NotFound(string text) =>
        new(Refusal.NotFound, GorbTexts.NotFound, [new Problem(null, null, text)]);
}
