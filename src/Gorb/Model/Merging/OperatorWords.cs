using Gorb.Model.Policy;

namespace Gorb.Model.Merging;

/// <summary>What an operator set on a backend that another source declares: it lies above what that source says until it is lifted.</summary>
/// <param name="Weight">The weight; null leaves the declared one.</param>
/// <param name="Force">The word above the checks; null leaves the declared one.</param>
/// <param name="Drain">Whether it drains; null leaves what is declared.</param>
internal readonly record struct OperatorWords(int? Weight, Force? Force, bool? Drain);
