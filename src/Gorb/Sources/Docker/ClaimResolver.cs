namespace Gorb.Sources.Docker;

/// <summary>
/// Decides which of the containers' claims one Gorb is to have. Pure but for a look at the host's listeners. Who came first keeps the place: a service that stands is not
/// moved by another container, nor is its address taken by another service, as long as a container wants it there. A service of links that nobody wants any more
/// gives its place away at once.
/// </summary>
/// <param name="source">The source that the link declares.</param>
/// <param name="rules">What labels may ask for.</param>
/// <param name="isLocal">Whether the Gorb is on this host, so that its default address and what listens there are known.</param>
/// <param name="listeners">Reads the host's listeners.</param>
internal sealed class ClaimResolver(string source, LabelRules rules, Func<bool> isLocal, Func<IReadOnlyList<Listener>> listeners)
{
    /// <param name="claims">What the containers ask for.</param>
    /// <param name="table">What the Gorb has.</param>
    public Wanted Resolve(Claims claims, GorbTable table)
    {
        var isKnown = isLocal();
        var host = isKnown ? claims.Host : claims.Host with { V4 = null, V6 = null };
        var groups = claims.All.GroupBy(claim => claim.Service.Name, StringComparer.Ordinal)
            .Select(group => new ServiceClaims(group.Key, [.. group], table, host))
            .ToList();
        var resolution = new Resolution(source, rules, claims, table, host, isKnown ? listeners : null, groups);
        return resolution.Run();
    }
}
