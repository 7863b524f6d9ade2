using Gorb.Doctor.Facts;
using Gorb.Ipvs;

namespace Gorb.Doctor;

/// <summary>Says in three lines why a daemon that has just started can balance nothing: what is missing, the command that mends it, and where to read more.</summary>
internal static class FirstRun
{
    private const string More = "\"gorb doctor\" says more";

    /// <summary>Files that container engines make: Docker and Podman.</summary>
    private static readonly string[] ContainerFiles = ["/.dockerenv", "/run/.containerenv"];

    /// <summary>Variables that container engines and Kubernetes set.</summary>
    private static readonly string[] ContainerVariables = ["container", "KUBERNETES_SERVICE_HOST"];

    /// <summary>True in a container.</summary>
    public static bool IsContainer => Array.Exists(ContainerFiles, File.Exists) || Array.Exists(ContainerVariables, static name => Environment.GetEnvironmentVariable(name) is { Length: > 0 });

    /// <param name="process">What the daemon may do.</param>
    /// <param name="trouble">Why IPVS cannot be used; null when it can, or when that is not known.</param>
    /// <param name="isContainer">Whether the daemon runs in a container.</param>
    /// <returns>No lines when nothing is missing.</returns>
    public static IReadOnlyList<string> Explain(ProcessFacts process, IpvsException? trouble, bool isContainer) =>
        !process.IsNetAdmin ? ["Nothing can be balanced: this process lacks the capability NET_ADMIN", isContainer ? Container : Rights(process.Program), More]
        : trouble is { IsForbidden: true } ?
        [
            "Nothing can be balanced: a user namespace of its own, as of a rootless container, may not control the kernel's IPVS",
            isContainer ? $"{Container}, by an engine that runs as root" : $"Run it as the host's root: sudo {process.Program}",
            More,
        ]
        : trouble is not null ? ["Nothing can be balanced yet: this kernel has no IPVS, and its module ip_vs cannot be loaded from here", Module(isContainer), More]
        : isContainer && !process.IsInHostNamespace ? ["No client's packet is balanced: this container has a network of its own", Container, More]
        : [];

    private static string Container => "Start the container with: docker run --network host --cap-add NET_ADMIN --cap-add NET_RAW ...";

    private static string Rights(string program) => $"Run it as root: sudo {program}; or give the program the rights: sudo setcap cap_net_admin,cap_net_raw+ep {program}";

    private static string Module(bool isContainer) => $"Run{(isContainer ? " on the container's host" : "")}: sudo modprobe ip_vs; Gorb goes on by itself then. "
        + "If the module is not found, install the rest of the kernel's modules (Ubuntu: linux-modules-extra-$(uname -r)) or another kernel";
}
