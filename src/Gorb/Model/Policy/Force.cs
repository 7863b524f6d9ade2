namespace Gorb.Model.Policy;

/// <summary>An operator's override of the checks, until it is lifted.</summary>
internal enum Force
{
    None,
    Up,
    Down,
}
