using Gorb.Access;
using Gorb.Ipvs;
using Gorb.Model;
using Gorb.Model.Descriptions;
using Gorb.Targets.Ipvs;
using Gorb.Writer;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Gorb.Api;

/// <summary>/ipvs: the kernel's table, with managed and unmanaged entries.</summary>
internal static class IpvsEndpoints
{
    public static void MapIpvs(this IEndpointRouteBuilder routes) => routes.MapGet("/ipvs", GetAsync).WithTags("kernel").Needs(Role.Read).WithName("getIpvs")
        .WithSummary("The kernel's whole table, with what Gorb manages told apart from what it does not.")
        .WithDescription("What is not managed was put there by others and is left alone. Give it a PUT to adopt it in place; the members here are all that a PUT needs to keep it as it is.")
        .Produces<IpvsView>().Refuses(400, 503);

    private static async Task<JsonHttpResult<IpvsView>> GetAsync(TableWriter tableWriter, KernelReader kernel)
    {
        await SocketThread.LeaveAsync();
        var entries = kernel.ReadTable();
        var table = tableWriter.Current;
        return TypedResults.Json(
            new IpvsView(tableWriter.Repairs, [.. entries.OrderBy(entry => entry.Service.Service.Key.ToString(), StringComparer.Ordinal).Select(entry => Of(table, entry))]),
            ApiJson.Default.IpvsView);
    }

    private static IpvsServiceView Of(Table table, TableEntry entry)
    {
        var settings = entry.Service.Service;
        var isPersistent = settings.Flags.HasFlag(ServiceFlags.Persistent);
        var owner = table.Names.TryGetValue(settings.Key, out var name) ? table.Services[name] : null;
        var sorry = owner?.SorryKey;
        var backends = owner?.Backends.Values.ToDictionary(backend => backend.Spec.Key, backend => backend.Name) ?? [];
        return new IpvsServiceView(
            settings.Key.ToString(),
            owner is not null,
            owner?.Name,
            settings.Scheduler,
            ServiceFlagWords.Write(settings.Scheduler, settings.Flags) is { Length: > 0 } flags ? flags : null,
            settings.Flags.HasFlag(ServiceFlags.OnePacket) ? true : null,
            isPersistent ? settings.PersistenceTimeout : null,
            isPersistent && settings.Netmask != Netmask.Whole(settings.Key.Family) ? settings.Netmask.ToString() : null,
            settings.PersistenceEngine,
            [.. entry.Destinations.OrderBy(destination => destination.Destination.Key.ToString(), StringComparer.Ordinal)
                .Select(destination => Of(destination, backends.GetValueOrDefault(destination.Destination.Key), destination.Destination.Key == sorry))]);
    }

    private static IpvsDestinationView Of(DestinationEntry entry, string? backend, bool isSorry) => new(
        entry.Destination.Key.ToString(), backend is not null || isSorry, backend, entry.Destination.Forwarding.ToString().ToLowerInvariant(), entry.Destination.Weight,
        entry.ActiveConnections, entry.InactiveConnections, entry.PersistentConnections, Of(entry.Destination.Tunnel),
        entry.Destination.UpperThreshold > 0 ? entry.Destination.UpperThreshold : null, entry.Destination.LowerThreshold > 0 ? entry.Destination.LowerThreshold : null);

    private static IpvsTunnelView? Of(TunnelOptions tunnel) => tunnel == default ? null : new(
        KernelWords.Tunnel.Text(tunnel.Type), tunnel.Port > 0 ? tunnel.Port : null, tunnel.Checksum != TunnelChecksum.None ? KernelWords.Checksum.Text(tunnel.Checksum) : null);
}

/// <summary>The kernel's table.</summary>
/// <param name="Repairs">How many changes that others made in managed entries were repaired since the start.</param>
/// <param name="Services">Its services.</param>
internal sealed record IpvsView(long Repairs, IReadOnlyList<IpvsServiceView> Services);

/// <summary>A service of the kernel's table.</summary>
/// <param name="Key">Protocol, address and port, or the firewall mark.</param>
/// <param name="Managed">True when it is Gorb's.</param>
/// <param name="Service">Its name; absent when it is not managed.</param>
/// <param name="Scheduler">The scheduler in force.</param>
/// <param name="Flags">Flags of the scheduler, as a PUT has them; absent when there are none.</param>
/// <param name="Ops">True with one-packet scheduling; absent without.</param>
/// <param name="PersistenceSeconds">The time of persistence; absent without it.</param>
/// <param name="PersistenceNetmask">How much of a client's address persistence compares; absent when it is all of it.</param>
/// <param name="PersistenceEngine">The engine of persistence; absent without one.</param>
/// <param name="Destinations">Its destinations.</param>
internal sealed record IpvsServiceView(
    string Key, bool Managed, string? Service, string Scheduler, string? Flags, bool? Ops, uint? PersistenceSeconds, string? PersistenceNetmask, string? PersistenceEngine,
    IReadOnlyList<IpvsDestinationView> Destinations);

/// <summary>A destination of the kernel's table.</summary>
/// <param name="Key">Address and port.</param>
/// <param name="Managed">True when it is Gorb's.</param>
/// <param name="Backend">Its name; absent when it is not managed, or is the service's sorry backend.</param>
/// <param name="Forwarding">masquerade, directroute, tunnel, localnode or bypass.</param>
/// <param name="Weight">The weight in force.</param>
/// <param name="ActiveConnections">Established connections; always 0 for UDP.</param>
/// <param name="InactiveConnections">Other connections.</param>
/// <param name="PersistentConnections">Clients that persistence holds here.</param>
/// <param name="Tunnel">How tunnelled packets are wrapped; absent when it is IP in IP.</param>
/// <param name="UpperThreshold">Number of connections from which on it gets no new ones; absent without one.</param>
/// <param name="LowerThreshold">Number of connections below which it gets new ones again; absent without one.</param>
internal sealed record IpvsDestinationView(
    string Key, bool Managed, string? Backend, string Forwarding, int Weight, uint ActiveConnections, uint InactiveConnections, uint PersistentConnections, IpvsTunnelView? Tunnel,
    uint? UpperThreshold, uint? LowerThreshold);

/// <summary>How tunnelled packets are wrapped.</summary>
/// <param name="Type">ipip, gue or gre.</param>
/// <param name="Port">The UDP port of gue; absent for the others.</param>
/// <param name="Checksum">full or remote; absent without a checksum.</param>
internal sealed record IpvsTunnelView(string Type, ushort? Port, string? Checksum);
