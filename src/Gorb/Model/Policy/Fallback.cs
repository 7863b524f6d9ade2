namespace Gorb.Model.Policy;

/// <summary>Who gets new connections when every backend of a service is down.</summary>
internal enum Fallback
{
    /// <summary>fb-default: nobody.</summary>
    Nobody,

    /// <summary>fb-zero-to-one: all of them, at weight 1.</summary>
    ZeroToOne,

    /// <summary>sorry: a backend kept for that.</summary>
    Sorry,
}
