namespace Gorb.Model.Policy;

/// <summary>The verdict of the checks on a backend. The numbers are GORB's.</summary>
internal enum Verdict
{
    Up = 0,
    Down = 1,
}
