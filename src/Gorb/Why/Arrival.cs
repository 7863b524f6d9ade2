using System.Net;
using System.Net.Sockets;
using Gorb.Doctor;
using Gorb.Ipvs.Addresses;
using Gorb.Ipvs.Routes;

namespace Gorb.Why;

/// <summary>The steps of a packet from the client's network to IPVS.</summary>
internal static class Arrival
{
    private const string Address = "address";

    /// <summary>Returns the steps in order; the last one is the first broken link, if there is one.</summary>
    public static IEnumerable<WhyStep> Trace(Question question)
    {
        if (question.VirtualAddress is not { } vip)
        {
            yield return WhyStep.Unknown(Address, $"the service is by firewall mark {question.Service.Spec.Key.FirewallMark}: name the virtual address (vip) to see whether its packets arrive");
            yield break;
        }

        var input = FindInput(question, vip);
        if (AskedFor(question, vip) is { } asked)
        {
            yield return asked;
        }

        yield return IsLocal(question, vip, input);
        if (!question.IsLocalClient)
        {
            yield return Filtering.OfRequest(question, vip);
        }
    }

    /// <summary>The link on which the client's packets come in: that of the virtual address's network, else the one by which the client is reached. Null for a client on this host.</summary>
    private static NetworkLink? FindInput(Question question, IPAddress vip) => question.IsLocalClient ? null
        : question.Host.WireOf(vip) ?? (question.Host.Route(new RouteQuery(question.Client))?.Route is { Type: RouteType.Unicast } route ? question.Host.Link(route.Link) : null);

    /// <summary>Whether this host answers who asks for the virtual address's hardware address. Null where no host asks.</summary>
    private static WhyStep? AskedFor(Question question, IPAddress vip)
    {
        const string name = "neighbour";
        var host = question.Host;
        if (question.IsLocalClient || host.WireOf(vip) is not { } wire || host.LinkOf(vip) is not { } holder)
        {
            return null;
        }

        if (!wire.IsRunning)
        {
            return WhyStep.Broken(name, $"device {wire.Name} of the virtual address's network has no carrier or is down", $"ip link set {wire.Name} up");
        }

        if (holder.Index == wire.Index)
        {
            return host.Addresses.First(one => one.Address.Equals(vip)).IsUsable ? WhyStep.Good(name, $"{wire.Name} answers requests for the hardware address of {vip}")
                : WhyStep.Broken(name, $"{vip} on {wire.Name} is not used: duplicate address detection runs or has found another host with it");
        }

        return vip.AddressFamily == AddressFamily.InterNetwork ? AnswersArp(question, vip, wire, holder)
            : host.Number($"net.ipv6.conf.{Wanted.InSetting(wire.Name)}.proxy_ndp") == 1
                ? WhyStep.Unknown(name, $"{vip} is on {holder.Name}; {wire.Name} answers for it if a proxy neighbour is set")
                : WhyStep.Broken(name, $"{vip} is on {holder.Name}, so this host does not answer neighbour discovery for it on {wire.Name}", $"ip addr add {vip}/128 dev {wire.Name} nodad");
    }

    private static WhyStep AnswersArp(Question question, IPAddress vip, NetworkLink wire, NetworkLink holder) =>
        question.Host.DeviceSetting(wire.Name, "arp_ignore") is null or 0 or 3
            ? WhyStep.Good("neighbour", $"{wire.Name} answers ARP requests for {vip} of {holder.Name}")
            : WhyStep.Broken("neighbour", $"{vip} is on {holder.Name}, and with arp_ignore {wire.Name} does not answer ARP requests for it", $"ip addr add {vip}/32 dev {wire.Name}");

    private static WhyStep IsLocal(Question question, IPAddress vip, NetworkLink? input)
    {
        var query = new RouteQuery(vip) { Mark = question.Service.Spec.Key.FirewallMark };
        var answer = question.Host.Route(input is null ? query : query with { Source = question.Client, InputLink = input.Index });
        var from = input is null ? "" : $" for packets from {input.Name}";
        return answer switch
        {
            null => WhyStep.Unknown(Address, $"the kernel cannot be asked whether {vip} is local"),
            { Route.Type: RouteType.Local } => WhyStep.Good(Address, $"{vip} is local{from}"),
            { Route: { } route } => WhyStep.Broken(Address, $"{vip} is not an address of this host: packets for it are forwarded{(question.Host.Link(route.Link) is { } link ? $" to {link.Name}" : "")}", Add(question, vip)),
            _ when question.Host.LinkOf(vip) is null => WhyStep.Broken(Address, $"{vip} is not an address of this host", Add(question, vip)),
            _ when input is not null && question.Host.IsReversePathFiltered(answer, input, question.Client) => WhyStep.Broken(Address,
                $"the reverse path filter of {input.Name} drops packets of {question.Client}: this host's route to it leads elsewhere", $"sysctl -w net.ipv4.conf.{Wanted.InSetting(input.Name)}.rp_filter=2"),
            _ => WhyStep.Broken(Address, $"the kernel does not take packets of {question.Client} for {vip}{from} ({answer.Errno}): it has no route back to the client, or the client has an address of this host"),
        };
    }

    private static string Add(Question question, IPAddress vip) => $"ip addr add {vip.HostPrefix()} dev {question.Host.WireOf(vip)?.Name ?? "DEVICE"}{(vip.IsV4() ? "" : " nodad")}";
}
