namespace Gorb.Balancing;

/// <summary>A backend is being emptied: it gets weight 0 and keeps the connections it has.</summary>
/// <param name="Until">When it is removed at the latest; null: it is not removed, it stays at weight 0.</param>
internal readonly record struct Drain(DateTimeOffset? Until)
{
    /// <summary>How long to wait when nobody says.</summary>
    public static readonly TimeSpan DefaultTime = TimeSpan.FromSeconds(30);

    /// <summary>The same for UDP, which has no end of a connection to wait for.</summary>
    public static readonly TimeSpan DefaultUdpTime = TimeSpan.FromSeconds(5);
}
