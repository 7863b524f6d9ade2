using Gorb.Model;

namespace Gorb.Targets;

/// <summary>A change that failed.</summary>
/// <param name="Change">The number of the change in the plan.</param>
/// <param name="Kind">The kind of failure.</param>
/// <param name="Reason">The reason, for the log.</param>
/// <param name="Refusal">The error for the request that caused the change.</param>
/// <param name="Field">The affected object's field in a document of the wanted table: <c>services.web.backends.b1</c>. Null when the table does not have the object.</param>
internal sealed record ChangeFailure(int Change, FailureKind Kind, string Reason, RequestException Refusal, string? Field);

/// <summary>The kind of a failure.</summary>
internal enum FailureKind
{
    /// <summary>The target refuses the change.</summary>
    Refused,

    /// <summary>The entry to be added exists already: another program changed the target.</summary>
    Exists,

    /// <summary>The entry to be changed or removed does not exist: another program changed the target.</summary>
    Missing,
}
