using Gorb.Model;

namespace Gorb.Targets;

/// <summary>The state of a target at the time it was read.</summary>
internal interface IObservation
{
    /// <summary>
    /// Computes the changes that lead to the wanted table. Pure. Entries that are neither leftovers nor Gorb's own belong to other programs and stay.
    /// </summary>
    IRepair Plan(Table wanted);
}
