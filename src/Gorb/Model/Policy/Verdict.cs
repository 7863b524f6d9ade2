namespace Gorb.Model.Policy;

/// <summary>What the checks say of a backend. The numbers are GORB's.</summary>
internal enum Verdict
{
    Up = 0,
    Down = 1,
}
