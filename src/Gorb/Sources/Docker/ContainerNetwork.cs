using System.ComponentModel;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Gorb.Ipvs.Addresses;
using Gorb.Ipvs.Netlink;
using Gorb.Ipvs.Processes;

namespace Gorb.Sources.Docker;

/// <summary>Changes the network namespace of a container, which it enters by way of the container's first process.</summary>
internal static class ContainerNetwork
{
    /// <summary>Adds a virtual address for direct routing to the container's loopback device, and turns ARP answers for that address off.</summary>
    /// <exception cref="IOException">The network namespace cannot be entered or changed.</exception>
    public static void Hold(long pid, IPAddress address)
    {
        Exception? failure = null;
        // The namespace is a property of the thread. A dedicated thread ends in the container's namespace; a pool thread would carry that namespace into other work.
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
            catch (Exception error) // rethrown on the caller's thread
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

    /// <summary>The shell commands with which an administrator makes the same change by hand.</summary>
    public static string Commands(long pid, IPAddress address)
    {
        var isV6 = address.AddressFamily == AddressFamily.InterNetworkV6;
        var silence = isV6 ? "" : string.Create(CultureInfo.InvariantCulture, $"nsenter -t {pid} -n sysctl -w net.ipv4.conf.all.arp_ignore=1 net.ipv4.conf.all.arp_announce=2; ");
        return string.Create(CultureInfo.InvariantCulture, $"{silence}nsenter -t {pid} -n ip address add {address}/{(isV6 ? "128" : "32")} dev lo");
    }
}
