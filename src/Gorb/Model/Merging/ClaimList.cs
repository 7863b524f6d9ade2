using System.Collections.Immutable;

namespace Gorb.Model.Merging;

/// <summary>Operations on the claims on one service, in order of arrival.</summary>
internal static class ClaimList
{
    public static Claim? Of(this ImmutableArray<Claim> claims, string source)
    {
        foreach (var claim in claims)
        {
            if (claim.Source == source)
            {
                return claim;
            }
        }

        return null;
    }

    /// <summary>Replaces the claim of a source, or appends the claim; an empty claim removes it.</summary>
    /// <returns>The same list if nothing changes.</returns>
    public static ImmutableArray<Claim> With(this ImmutableArray<Claim> claims, Claim claim)
    {
        var present = claims.Of(claim.Source);
        return present is null ? (claim.IsEmpty ? claims : claims.Add(claim))
            : claim.IsEmpty ? claims.Remove(present)
            : claim.IsSameAs(present) ? claims
            : claims.Replace(present, claim);
    }

    public static ImmutableArray<Claim> Without(this ImmutableArray<Claim> claims, string source) => claims.Of(source) is { } claim ? claims.Remove(claim) : claims;

    /// <summary>Adds claims for backends that lost their service, or their name or key in it, because their sources still declare them.</summary>
    public static ImmutableArray<Claim> WithEvicted(this ImmutableArray<Claim> claims, string service, IEnumerable<Backend> backends)
    {
        foreach (var own in backends.Where(static backend => !backend.IsLeaving).GroupBy(static backend => backend.Source))
        {
            var claim = claims.Of(own.Key) ?? new Claim(own.Key, service, own.Min(static backend => backend.Since), null, Backends.None);
            claims = claims.With(claim with { Backends = own.Aggregate(claim.Backends, static (all, backend) => all.With(backend)) });
        }

        return claims;
    }
}
