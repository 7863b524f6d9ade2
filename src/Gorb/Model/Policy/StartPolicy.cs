namespace Gorb.Model.Policy;

/// <summary>The verdict of a backend before its first result.</summary>
internal enum StartPolicy
{
    /// <summary>Up until <c>fall</c> failures in a row.</summary>
    Up,

    /// <summary>Down until the first success.</summary>
    Down,

    /// <summary>Up if the backend is new; after a restart the previous verdict, even if the kernel has lost its table.</summary>
    Keep,
}
