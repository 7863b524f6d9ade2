using Gorb.Model;

namespace Gorb.Targets;

/// <summary>The state of a target that also shows verdicts of health checks, as weights do.</summary>
internal interface IHealthObservation : IObservation
{
    /// <summary>Returns the wanted table with the verdicts that the target shows. After a restart, backends that were down get no traffic.</summary>
    Table RestoreHealth(Table wanted);
}
