using System.Globalization;
using System.Net;

namespace Gorb.Leases;

/// <summary>The director that held an address last.</summary>
/// <param name="Director">Its name.</param>
/// <param name="Written">The revision at which that was written.</param>
internal sealed record LastHolder(string Director, long Written);

/// <summary>Who must promise a director not to take its addresses before it keeps them while etcd is away.</summary>
/// <param name="Promise">For how long they promise.</param>
/// <param name="Names">The directors; none when the entry cannot be read.</param>
/// <param name="Written">The revision at which it was written.</param>
internal sealed record Voters(TimeSpan Promise, IReadOnlyList<string> Names, long Written)
{
    /// <summary>Reads an entry. One of a later version has no names that this director knows: it then waits, as one that is not among them.</summary>
    public static Voters Read(string text, long written)
    {
        var lines = text.Split('\n');
        return double.TryParse(lines[0], CultureInfo.InvariantCulture, out var seconds) && seconds is > 0 and <= LeaseOptions.MaxTtl
            ? new Voters(TimeSpan.FromSeconds(seconds), lines[1..], written)
            : new Voters(TimeSpan.FromSeconds(LeaseOptions.MaxTtl), [], written);
    }

    public static string Write(TimeSpan promise, IEnumerable<string> names) => string.Join('\n', names.Prepend(promise.TotalSeconds.ToString(CultureInfo.InvariantCulture)));
}

/// <summary>Where a live director is asked directly.</summary>
/// <param name="EndPoint">Its address and port.</param>
/// <param name="Run">What tells this run of its daemon from others.</param>
/// <param name="Lease">Its lease.</param>
internal sealed record Peer(IPEndPoint EndPoint, string Run, long Lease)
{
    /// <summary>Reads an entry; null if it cannot be read.</summary>
    public static Peer? TryRead(string text, long lease) =>
        text.Split(' ') is [var address, var run, ..] && IPEndPoint.TryParse(address, out var endPoint) && endPoint.Port > 0 ? new Peer(endPoint, run, lease) : null;

    public static string Write(IPEndPoint endPoint, string run) => $"{endPoint} {run}";
}
