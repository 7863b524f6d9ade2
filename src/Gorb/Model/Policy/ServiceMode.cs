namespace Gorb.Model.Policy;

/// <summary>By which rule the weights of a service were found.</summary>
internal enum ServiceMode
{
    /// <summary>Backends that are up have their weight, the others 0.</summary>
    Normal,

    /// <summary>Fewer than min_healthy are up, so verdicts are ignored.</summary>
    HealthIgnored,

    /// <summary>None is up, so all have weight 1.</summary>
    ZeroToOne,

    /// <summary>None is up, so the sorry backend has the connections.</summary>
    Sorry,

    /// <summary>None is up, and nobody gets connections.</summary>
    Nobody,
}
