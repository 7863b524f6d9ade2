using Gorb.Model.Policy;

namespace Gorb.Model;

/// <summary>What is known of a backend's health when its weight is found.</summary>
/// <param name="Verdict">What the checks say.</param>
/// <param name="UpFor">How long ago they brought it back, as of the last step of a slow start; null when they never took it out, or long ago.</param>
internal readonly record struct BackendHealth(Verdict Verdict, TimeSpan? UpFor = null)
{
    /// <summary>Before the first result.</summary>
    public static BackendHealth Start(StartPolicy policy) => new(policy == StartPolicy.Down ? Verdict.Down : Verdict.Up);
}
