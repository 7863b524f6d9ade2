using System.Net;
using Gorb.Doctor;
using Gorb.Doctor.Facts;
using Gorb.Health.Monitoring;
using Gorb.Ipvs;
using Gorb.Ipvs.Addresses;
using Gorb.Ipvs.Connections;
using Gorb.Ipvs.Netlink;
using Gorb.Ipvs.Routes;
using Gorb.Model;
using Gorb.Targets.Ipvs;

namespace Gorb.Why;

/// <summary>Reads the facts of a question: only what concerns the client and the service, so that a large table does not delay the answer. Changes nothing.</summary>
internal sealed class WhyReader(KernelReader kernel, PulseMonitor pulse)
{
    /// <summary>The most entries of the connection table that are searched: more would take longer than a person waits.</summary>
    private const int MaxConnections = 50_000;

    private const string Settings = "/proc/sys";

    /// <summary>Follows a packet.</summary>
    /// <exception cref="RequestException">The facts cannot be read.</exception>
    public WhyView Answer(IPAddress client, ushort? port, Service service, IPAddress? virtualAddress)
    {
        try
        {
            using var routes = RouteClient.Create();
            using var addresses = AddressClient.Create();
            var view = kernel.Read(service.Spec.Key);
            List<string> unread = [];
            return Trace.Run(new Question
            {
                Client = client,
                Port = port,
                Service = service,
                VirtualAddress = service.Spec.Key.Address ?? virtualAddress,
                Entry = view.Entry,
                KernelTrouble = view.Error,
                Connections = ReadConnections(client, service, view.Entry),
                Host = new HostView
                {
                    KernelVersion = Environment.OSVersion.Version,
                    Links = addresses.GetLinks(),
                    Addresses = addresses.GetAddresses(),
                    Setting = static name => SettingReader.Read(Settings, name),
                    Route = routes.Lookup,
                    Chains = FilterReader.Read(unread),
                    Unread = unread,
                },
                Neighbor = routes.FindNeighbor,
                Failure = backend => FindFailure(pulse.Find(service.Name, backend)),
                IsChecked = backend => pulse.Find(service.Name, backend) is { Checks.Count: > 0 },
            });
        }
        catch (Exception error) when (error is NetlinkException or AddressException or RouteException)
        {
            throw RequestException.Unavailable(error);
        }
    }

    private static string? FindFailure(BackendReport? report) => report?.Checks.Where(static check => check.State.LastPassed == false).Select(static check => check.Last.Reason).FirstOrDefault();

    /// <summary>Reads the client's connections to the service. Without the file (no ip_vs) there are none.</summary>
    private static ConnectionSearch ReadConnections(IPAddress client, Service service, TableEntry? entry)
    {
        if (!File.Exists(ConnectionTable.Path))
        {
            return ConnectionSearch.None;
        }

        var key = service.Spec.Key;
        var masked = Mask(client, entry?.Service.Service.Netmask);
        var search = ConnectionTable.Find([client, masked], MaxConnections);
        return search with { Entries = [.. search.Entries.Where(one => IsOf(one, key) && (one.IsTemplate ? one.Client.Equals(masked) : one.Client.Equals(client)))] };
    }

    /// <summary>True for an entry of the service. A template of a service by firewall mark has the mark in place of the address; a connection of one is not told apart.</summary>
    private static bool IsOf(ConnectionEntry entry, ServiceKey key) => key.IsFirewallMark
        ? !entry.IsTemplate || (entry.Protocol is null && entry.Virtual.Equals(new IPAddress((long)(uint)IPAddress.HostToNetworkOrder((int)key.FirewallMark))))
        : entry.Virtual.Equals(key.Address) && entry.Protocol == key.Protocol && (entry.VirtualPort == key.Port || key.Port == 0);

    private static IPAddress Mask(IPAddress client, Netmask? netmask)
    {
        var bytes = client.GetAddressBytes();
        if (netmask is not { PrefixLength: { } length } || netmask.Value.Family != client.AddressFamily)
        {
            return client;
        }

        for (var bit = length; bit < 8 * bytes.Length; bit++)
        {
            bytes[bit / 8] &= (byte)~(0x80 >> (bit % 8));
        }

        return new IPAddress(bytes);
    }
}
