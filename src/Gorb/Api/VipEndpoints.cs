using Gorb.Access;
using Gorb.Model;
using Gorb.Model.Text;
using Gorb.Targets.Host.Addresses;
using Gorb.Writer;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Gorb.Api;

/// <summary>/vip: the addresses of services on this host, and their announcement to the neighbours.</summary>
internal static class VipEndpoints
{
    public static void MapVips(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("").WithTags("addresses");
        group.MapGet("/vip", ListAsync).Needs(Role.Read).WithName("listVips").WithSummary("The addresses of services: the device that has each, and whether Gorb added it.")
            .WithDescription("An owned address was added by Gorb (--vip-interface) and is removed with its last service. A found one was added by another program; Gorb never removes it. A missing one is not on this host. A withdrawn one is kept off it while no backend is up (withdraw: when-down). One that is elsewhere is on another director, or wherever another program brings it (vip: external). "
                + "Services by firewall mark have no address.")
            .Produces<IReadOnlyList<VipView>>().Refuses(400, 503);
        group.MapPost("/vip/{address}/announce", AnnounceAsync).Needs(Role.Operate).WithName("announceVip").WithSummary("Tell the neighbours that an address is on this host.")
            .WithDescription("Sends five gratuitous ARP requests (IPv4) or unsolicited neighbour advertisements (IPv6) at once, and five more after 5 s, on each device whose neighbours can know the address. Gorb "
                + "does the same when it adds an address and when a link comes up. Only for owned addresses; needs NET_RAW.")
            .Produces<VipView>().Refuses(400, 404, 409, 503, 507);
    }

    private static async Task<JsonHttpResult<IReadOnlyList<VipView>>> ListAsync(TableWriter tableWriter, VipReader vips)
    {
        await SocketThread.LeaveAsync();
        return TypedResults.Json<IReadOnlyList<VipView>>([.. vips.Read(tableWriter.Current).Select(Of)], ApiJson.Default.IReadOnlyListVipView);
    }

    private static async Task<JsonHttpResult<VipView>> AnnounceAsync(string address, HttpRequest request, TableWriter tableWriter, VipReader vips, IAuditTrail audit)
    {
        if (!AddressText.TryParse(address, out var parsed))
        {
            throw RequestException.Invalid(new Problem("address", address, "is not an IP address; write it as GET /vip does, such as 10.9.0.100 or fd00:9::100"));
        }

        await SocketThread.LeaveAsync();
        await AuditedAction.RunAsync(request, audit, () =>
        {
            vips.Announce(parsed);
            return Task.CompletedTask;
        });
        return TypedResults.Json(Of(vips.Read(tableWriter.Current).First(vip => vip.Address.Equals(parsed))), ApiJson.Default.VipView);
    }

    private static VipView Of(Vip vip) =>
        new(vip.Address.ToString(), vip.Device, vip.State.ToString().ToLowerInvariant(), vip.Services, vip.Announced?.At, vip.Announced?.Links, vip.Holder, vip.KeptSince, vip.State == VipState.Withdrawn ? Of(vip.Withdrawal!, vip.Services) : null, vip.Problem);

    private static WithdrawalView Of(Withdrawal withdrawal, IReadOnlyList<string> services) => new(
        withdrawal.Since,
        withdrawal.HealthySince is null ? $"no backend of {string.Join(", ", services)} is up" : "a backend is up again; the address comes back when that has lasted for 10 s");
}

/// <summary>An address of services.</summary>
/// <param name="Address">The address.</param>
/// <param name="Device">The device that has it; absent when this host does not have it.</param>
/// <param name="State">owned: Gorb added it. found: another program added it. missing: this host does not have it. withdrawn: kept off this host while no backend of its services is up. elsewhere: on another director, or wherever another program brings it.</param>
/// <param name="Services">The names of its services. Empty when it is about to be removed.</param>
/// <param name="AnnouncedAt">When it was last announced to the neighbours; absent when it was not since the start.</param>
/// <param name="AnnouncedOn">The devices on which it was announced.</param>
/// <param name="Holder">The director of the cluster that has it; absent when none has it, and without a cluster.</param>
/// <param name="KeptSince">Since when this director keeps it although etcd is away, because all other directors answer it directly and promise not to take it; absent when etcd has it as this director's.</param>
/// <param name="Withdrawn">Why it is withdrawn; absent when it is not.</param>
/// <param name="Problem">Why clients cannot reach it, and what to do; absent when nothing is known to be wrong.</param>
internal sealed record VipView(
    string Address, string? Device, string State, IReadOnlyList<string> Services, DateTimeOffset? AnnouncedAt, IReadOnlyList<string>? AnnouncedOn, string? Holder, DateTimeOffset? KeptSince, WithdrawalView? Withdrawn, string? Problem);

/// <summary>A withdrawn address.</summary>
/// <param name="Since">Since when.</param>
/// <param name="Reason">Why.</param>
internal sealed record WithdrawalView(DateTimeOffset Since, string Reason);
