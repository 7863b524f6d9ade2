using Gorb.Model.Policy;

namespace Gorb.Model;

/// <summary>The health of a backend, as input to its effective weight.</summary>
/// <param name="Verdict">The verdict of the checks.</param>
/// <param name="UpFor">Time since the backend recovered, as of the last slow-start step; null if it was never down or its slow start is over.</param>
internal readonly record struct BackendHealth(Verdict Verdict, TimeSpan? UpFor = null)
{
    /// <summary>The health before the first check result.</summary>
    public static BackendHealth Start(StartPolicy policy) => new(policy == StartPolicy.Down ? Verdict.Down : Verdict.Up);
}
