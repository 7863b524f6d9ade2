namespace Gorb.Sources.Docker;

/// <summary>
/// Resolves conflicts between the containers' claims for one Gorb. Its only side effect is to read the host's listeners. The first claim wins: as long as a container
/// claims an existing service at its virtual address, no other container moves that service, and no other service gets that address. A service of a link that no
/// container claims any more gives up its address at once.
/// </summary>
/// <param name="source">The source that the link declares.</param>
/// <param name="rules">The limits on labels.</param>
/// <param name="isLocal">Whether the Gorb runs on this host; only then are its default address and its listeners known.</param>
/// <param name="listeners">Reads the host's listeners.</param>
internal sealed class ClaimResolver(string source, LabelRules rules, Func<bool> isLocal, Func<IReadOnlyList<Listener>> listeners)
{
    /// <param name="claims">The claims of all containers.</param>
    /// <param name="table">The Gorb's wanted table.</param>
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
