using Gorb.Model;

namespace Gorb.Targets;

/// <summary>What was really there when a target was read.</summary>
internal interface IObservation
{
    /// <summary>The wanted table with the verdicts of health checks that the target shows: a restart sends no traffic to backends that were down before.</summary>
    Table RestoreHealth(Table wanted);

    /// <summary>Computes what makes the target as it is wanted. Pure. What is neither a leftover nor Gorb's own is others' and stays.</summary>
    IRepair Plan(Table wanted);
}
