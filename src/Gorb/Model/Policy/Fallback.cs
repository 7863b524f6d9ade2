namespace Gorb.Model.Policy;

/// <summary>The backends that get new connections while all backends of a service are down.</summary>
internal enum Fallback
{
    /// <summary>fb-default: none.</summary>
    None,

    /// <summary>fb-zero-to-one: all backends, with weight 1.</summary>
    ZeroToOne,

    /// <summary>sorry: the service's sorry backend.</summary>
    Sorry,
}
