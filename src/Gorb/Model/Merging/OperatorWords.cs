using Gorb.Model.Policy;

namespace Gorb.Model.Merging;

/// <summary>An operator's overrides on a backend that another source declares. They take precedence over the declaration until removed.</summary>
/// <param name="Weight">The weight; null for the declared one.</param>
/// <param name="Force">The override of the checks; null for the declared one.</param>
/// <param name="Drain">True to drain, false not to; null for the declared state.</param>
internal readonly record struct OperatorWords(int? Weight, Force? Force, bool? Drain);
