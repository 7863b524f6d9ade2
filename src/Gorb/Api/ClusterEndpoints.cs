using System.Globalization;
using Gorb.Access;
using Gorb.Cluster;
using Gorb.Leases;
using Gorb.Model;
using Gorb.Targets.Host.Sync;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Gorb.Api;

/// <summary>/cluster: this director among others.</summary>
internal static class ClusterEndpoints
{
    /// <summary>The header of an answer whose content may be behind the cluster's table: since when.</summary>
    public const string StaleHeader = "Gorb-Stale-Since";

    public static void MapCluster(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/cluster", GetAsync).Needs(Role.Read).WithTags("cluster").WithName("getCluster").WithSummary("This director among others: the table that they share, and the synchronization of connections.")
            .WithDescription("The table of a cluster (--cluster) is the same at all of its directors. While etcd is away, it may be behind: stale says since when and why, as does the header "
                + $"{StaleHeader} of each answer. The kernel's sync daemons (--sync-interface) tell other directors of this one's connections, and this one of theirs, so that connections survive a move of an address.")
            .Produces<ClusterView>().Refuses(400, 503);

    /// <summary>Tells with each answer to a GET that it may be behind the cluster's table.</summary>
    public static void UseStaleHeader(this WebApplication app)
    {
        if (app.Services.GetService<ClusterState>() is { } cluster)
        {
            app.Use(next => context =>
            {
                if (HttpMethods.IsGet(context.Request.Method) && cluster.Stale is { } stale)
                {
                    context.Response.Headers[StaleHeader] = stale.Since.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
                }

                return next(context);
            });
        }
    }

    private static async Task<JsonHttpResult<ClusterView>> GetAsync(SyncReader sync, IServiceProvider services)
    {
        await SocketThread.LeaveAsync();
        var (device, id) = (sync.Options.Interface, sync.Options.Id);
        var daemons = sync.Read().Where(static state => state.Status != SyncStatus.Off).Select(Of);
        return TypedResults.Json(
            new ClusterView(new SyncView(device, device is null ? null : id, [.. daemons]), services.GetService<ClusterState>() is { } cluster ? Of(cluster, services.GetService<AddressLeases>()) : null), ApiJson.Default.ClusterView);
    }

    private static SharedTableView Of(ClusterState cluster, AddressLeases? leases) => new(
        cluster.Options.Address.Name, cluster.Options.Director, cluster.Revision, cluster.Stale is { } stale ? new StaleView(stale.Since, stale.Reason) : null, cluster.Twin,
        [.. cluster.Refused.OrderBy(static refused => refused.Key, StringComparer.Ordinal).Select(static refused => new RefusedView(refused.Key, refused.Value))],
        [.. cluster.Directors.Select(director => Of(director.Key, director.Value, cluster, leases?.View ?? ElectionView.Empty, leases?.Unreachable.GetValueOrDefault(director.Key)))], Verdicts(cluster.Directors), [.. (leases?.Kept ?? []).Select(static kept => new KeptView(kept.Address.ToString(), kept.Since))]);

    private static MemberView Of(string name, DirectorDocument? told, ClusterState cluster, ElectionView addresses, string? unreachable) => new(
        name, told?.Version, told?.Revision, told is null ? null : told.Revision < cluster.Revision, told is null ? null : Math.Round(cluster.FindLag(name, told).TotalSeconds, 3), told?.Since, told?.Refused ?? [], addresses.FindAddresses(name), addresses.Drained.Contains(name), unreachable);

    /// <summary>The backends that are down by the checks of some directors only.</summary>
    private static IReadOnlyList<VerdictView> Verdicts(IReadOnlyDictionary<string, DirectorDocument?> directors)
    {
        var told = directors.Where(static director => director.Value is not null).Select(static director => (Name: director.Key, director.Value!.Down)).ToList();
        return [.. told.SelectMany(static director => director.Down.Select(backend => (backend, director.Name))).GroupBy(static down => down.backend, static down => down.Name, StringComparer.Ordinal)
            .Where(down => down.Count() < told.Count).OrderBy(static down => down.Key, StringComparer.Ordinal).Select(static down => new VerdictView(down.Key, [.. down]))];
    }

    private static SyncDaemonView Of(SyncState state) => new(
        SyncWords.Of(state.Role), state.Status.ToString().ToLowerInvariant(), state.Present?.Interface, state.Present?.SyncId, state.Owned is not null, state.Problem);
}

/// <summary>This director among others.</summary>
/// <param name="Sync">The synchronization of connections.</param>
/// <param name="Table">The table that the directors share; absent without --cluster.</param>
internal sealed record ClusterView(SyncView Sync, SharedTableView? Table);

/// <summary>The table that the directors of a cluster share.</summary>
/// <param name="Cluster">The name of the cluster.</param>
/// <param name="Director">The name of this director.</param>
/// <param name="Revision">The revision of the last change of the cluster's table that this director has; 0 before it has one.</param>
/// <param name="Stale">Since when and why the table may be behind that of the cluster; absent when it is not.</param>
/// <param name="Problem">Why this director is not among the directors; absent when it is.</param>
/// <param name="Refused">The services that this director has not as the cluster wants them.</param>
/// <param name="Directors">The live directors, in the order of their names. One that stops is gone at once, one that dies after some seconds.</param>
/// <param name="Verdicts">The backends that are down by the checks of some directors only.</param>
/// <param name="Kept">The addresses that this director keeps although etcd is away, because all other directors answer it directly and promise not to take them.</param>
internal sealed record SharedTableView(
    string Cluster, string Director, long Revision, StaleView? Stale, string? Problem, IReadOnlyList<RefusedView> Refused, IReadOnlyList<MemberView> Directors, IReadOnlyList<VerdictView> Verdicts, IReadOnlyList<KeptView> Kept);

/// <summary>An address that a director keeps without etcd.</summary>
/// <param name="Address">The address.</param>
/// <param name="Since">Since when.</param>
internal sealed record KeptView(string Address, DateTimeOffset Since);

/// <summary>A director of the cluster.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Version">Its version of Gorb; absent, as all that follows, if it is one whose words are not known here.</param>
/// <param name="Revision">The revision of the cluster's table that its kernel has.</param>
/// <param name="Behind">Whether the director that answers has a later one.</param>
/// <param name="LagSeconds">
/// The seconds for which it has been behind, 0 for one that is not: another director since the one that answers has had a change that it lacks; the one that answers since it has not heard of etcd.
/// </param>
/// <param name="Since">Since when it runs.</param>
/// <param name="Refused">The services that its kernel refuses.</param>
/// <param name="Addresses">The addresses that it holds by lease (vip: leased); none while this director holds none itself for want of --vip-interface.</param>
/// <param name="Drained">Whether it holds no addresses until an operator resumes it.</param>
/// <param name="Unreachable">
/// Why the director that answers cannot ask it directly (--peer), so that it gives its own addresses up when etcd is away; absent when it can.
/// </param>
internal sealed record MemberView(
    string Name, string? Version, long? Revision, bool? Behind, double? LagSeconds, DateTimeOffset? Since, IReadOnlyList<string> Refused, IReadOnlyList<string> Addresses, bool Drained, string? Unreachable);

/// <summary>A backend that is down by the checks of some directors only.</summary>
/// <param name="Backend">The backend, as SERVICE/BACKEND.</param>
/// <param name="DownAt">The directors by whose checks it is down.</param>
internal sealed record VerdictView(string Backend, IReadOnlyList<string> DownAt);

/// <summary>A table that may be behind that of the cluster.</summary>
/// <param name="Since">Since when.</param>
/// <param name="Reason">Why. Reads and checks go on meanwhile; changes are answered with 503.</param>
internal sealed record StaleView(DateTimeOffset Since, string Reason);

/// <summary>A service that this director has not as the cluster wants it.</summary>
/// <param name="Service">Its name.</param>
/// <param name="Reason">Why, in the kernel's words. It is tried again.</param>
internal sealed record RefusedView(string Service, string Reason);

/// <summary>The synchronization of connections.</summary>
/// <param name="Interface">The device of --sync-interface; absent without it.</param>
/// <param name="Id">The number of --sync-id; absent without it.</param>
/// <param name="Daemons">The kernel's sync daemons that are wanted or run.</param>
internal sealed record SyncView(string? Interface, uint? Id, IReadOnlyList<SyncDaemonView> Daemons);

/// <summary>A sync daemon of the kernel.</summary>
/// <param name="Role">master: sends this director's connections. backup: receives those of others. Both run on every director.</param>
/// <param name="Status">
/// running: as wanted; stopped, outdated: about to be started, or started again; waiting: it cannot be started yet, or is cut off; conflict: another program runs it with other values; leftover: about to be
/// stopped; unmanaged: another program's, and Gorb is not asked to synchronize.
/// </param>
/// <param name="Interface">The device that it uses; absent while it does not run.</param>
/// <param name="Id">Its sync id; absent while it does not run.</param>
/// <param name="Owned">Whether Gorb started it.</param>
/// <param name="Problem">What is wrong and what to do; absent when nothing is.</param>
internal sealed record SyncDaemonView(string Role, string Status, string? Interface, uint? Id, bool Owned, string? Problem);
