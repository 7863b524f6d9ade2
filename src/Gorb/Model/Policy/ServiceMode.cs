namespace Gorb.Model.Policy;

/// <summary>The rule by which the weights of a service were computed.</summary>
internal enum ServiceMode
{
    /// <summary>Backends that are up have their weight, the others have 0.</summary>
    Normal,

    /// <summary>Fewer backends than min_healthy are up, so verdicts are ignored.</summary>
    HealthIgnored,

    /// <summary>No backend is up, so all have weight 1.</summary>
    ZeroToOne,

    /// <summary>No backend is up, so the sorry backend gets the connections.</summary>
    Sorry,

    /// <summary>No backend is up, and none gets connections.</summary>
    AllDown,
}
