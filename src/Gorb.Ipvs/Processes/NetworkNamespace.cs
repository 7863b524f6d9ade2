using System.ComponentModel;
using System.Globalization;
using static Tmds.Linux.LibC;

namespace Gorb.Ipvs.Processes;

/// <summary>The network namespaces of processes: their links, addresses, routes, sockets and IPVS table (network_namespaces(7)).</summary>
public static class NetworkNamespace
{
    /// <summary>
    /// Moves the calling thread into the network namespace of a process. Sockets that the thread opens afterwards belong to that namespace, and
    /// /proc/sys/net shows its settings. Use a dedicated thread, never one of the thread pool, because nothing moves the thread back. Needs CAP_SYS_ADMIN.
    /// </summary>
    /// <param name="processId">The process id in this process's PID namespace.</param>
    /// <exception cref="IOException">There is no such process.</exception>
    /// <exception cref="UnauthorizedAccessException">Its namespace may not be read.</exception>
    /// <exception cref="Win32Exception">The kernel refuses to move the thread.</exception>
    public static void Enter(long processId)
    {
        using var file = File.OpenHandle(string.Create(CultureInfo.InvariantCulture, $"/proc/{processId}/ns/net"));
        if (setns((int)file.DangerousGetHandle(), CLONE_NEWNET) != 0)
        {
            var error = errno;
            throw new Win32Exception(error, $"setns: {new Win32Exception(error).Message}");
        }
    }
}
