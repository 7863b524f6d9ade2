using Gorb.Model;

namespace Gorb.Targets;

/// <summary>A change that was not made.</summary>
/// <param name="Change">Its number in the plan.</param>
/// <param name="Kind">In which way it failed.</param>
/// <param name="Reason">Why, for the log.</param>
/// <param name="Refusal">Why, for the request that caused it.</param>
/// <param name="Field">The object that it is about, as a document of the wanted table names it: <c>services.web.backends.b1</c>. Null when the table does not have it.</param>
internal sealed record ChangeFailure(int Change, FailureKind Kind, string Reason, RequestException Refusal, string? Field);

/// <summary>In which way a change failed.</summary>
internal enum FailureKind
{
    /// <summary>The target will not have it.</summary>
    Refused,

    /// <summary>What is to be added is there already: something else changed the target.</summary>
    Exists,

    /// <summary>What is to be changed or removed is not there: something else changed the target.</summary>
    Missing,
}
