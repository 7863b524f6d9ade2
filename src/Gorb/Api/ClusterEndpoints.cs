using Gorb.Access;
using Gorb.Model;
using Gorb.Targets.Host.Sync;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Gorb.Api;

/// <summary>/cluster: this director among others.</summary>
internal static class ClusterEndpoints
{
    public static void MapCluster(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/cluster", GetAsync).Needs(Role.Read).WithTags("cluster").WithName("getCluster").WithSummary("This director among others: the synchronization of connections.")
            .WithDescription("The kernel's sync daemons (--sync-interface) tell other directors of this one's connections, and this one of theirs, so that connections survive a move of an address.")
            .Produces<ClusterView>().Refuses(400, 503);

    private static async Task<JsonHttpResult<ClusterView>> GetAsync(SyncReader sync)
    {
        await SocketThread.LeaveAsync();
        var (device, id) = (sync.Options.Interface, sync.Options.Id);
        var daemons = sync.Read().Where(static state => state.Status != SyncStatus.Off).Select(Of);
        return TypedResults.Json(new ClusterView(new SyncView(device, device is null ? null : id, [.. daemons])), ApiJson.Default.ClusterView);
    }

    private static SyncDaemonView Of(SyncState state) => new(
        SyncWords.Of(state.Role), state.Status.ToString().ToLowerInvariant(), state.Present?.Interface, state.Present?.SyncId, state.Owned is not null, state.Problem);
}

/// <summary>This director among others.</summary>
/// <param name="Sync">The synchronization of connections.</param>
internal sealed record ClusterView(SyncView Sync);

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
