namespace Gorb.Model.Policy;

/// <summary>An operator's word that stands above the checks until it is lifted.</summary>
internal enum Force
{
    None,
    Up,
    Down,
}
