namespace Gorb.Model.Policy;

/// <summary>What a backend counts as until its first result.</summary>
internal enum StartPolicy
{
    /// <summary>Up until <c>fall</c> failures in a row.</summary>
    Up,

    /// <summary>Down until the first success.</summary>
    Down,

    /// <summary>Up when new; after a restart what it was before, also when the kernel lost its table.</summary>
    Keep,
}
