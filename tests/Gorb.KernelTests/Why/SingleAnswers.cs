using Gorb.KernelTests.Lab;

namespace Gorb.KernelTests.Why;

/// <summary>
/// Lets the backends answer a SYN once. Otherwise a backend whose answer was lost repeats it for half a minute, and the kernel's connection entry looks like a newer lost connection
/// than those that were answered meanwhile.
/// </summary>
public sealed class SingleAnswers : IDisposable
{
    private const int Default = 5; // tcp_synack_retries of Linux

    public SingleAnswers() => Set(0);

    public void Dispose() => Set(Default);

    private static void Set(int retries)
    {
        foreach (var backend in Network.Backends)
        {
            Shell.Run("ip", "netns", "exec", backend, "sysctl", "-qw", $"net.ipv4.tcp_synack_retries={retries}");
        }
    }
}
