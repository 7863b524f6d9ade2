using System.ComponentModel;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Gorb.Ipvs.Addresses;
using Gorb.Ipvs.Netlink;
using Gorb.Ipvs.Processes;

namespace Gorb.Sources.Docker;

/// <summary>The network of a container, entered by its first process.</summary>
internal static class ContainerNetwork
{
    /// <summary>Gives the container a virtual address for direct routing: it takes packets for it and never answers ARP for it.</summary>
    /// <exception cref="IOException">It cannot be entered or changed.</exception>
    public static void Hold(long pid, IPAddress address)
    {
        Exception? failure = null;
        // A thread of its own, which ends in the container's namespace: one of the pool's would take it along into other work.
        var thread = new Thread(() =>
        {
            try
            {
                NetworkNamespace.Enter(pid);
                if (address.AddressFamily == AddressFamily.InterNetwork)
                {
                    File.WriteAllText("/proc/sys/net/ipv4/conf/all/arp_ignore", "1");
                    File.WriteAllText("/proc/sys/net/ipv4/conf/all/arp_announce", "2");
                }

                using var client = AddressClient.Create();
                client.Add(AddressClient.Loopback, address);
            }
            catch (Exception error) // carried over to the caller's thread
            {
                failure = error;
            }
        });
        thread.Start();
        thread.Join();
        if (failure is not null)
        {
            throw failure is IOException or UnauthorizedAccessException or Win32Exception or NetlinkException or AddressException ? new IOException(failure.Message, failure) : failure;
        }
    }

    /// <summary>What an administrator types to do the same.</summary>
    public static string Commands(long pid, IPAddress address)
    {
        var isV6 = address.AddressFamily == AddressFamily.InterNetworkV6;
        var silence = isV6 ? "" : string.Create(CultureInfo.InvariantCulture, $"nsenter -t {pid} -n sysctl -w net.ipv4.conf.all.arp_ignore=1 net.ipv4.conf.all.arp_announce=2; ");
        return string.Create(CultureInfo.InvariantCulture, $"{silence}nsenter -t {pid} -n ip address add {address}/{(isV6 ? "128" : "32")} dev lo");
    }
}
