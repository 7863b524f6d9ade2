namespace Gorb.KernelTests.Lab;

/// <summary>A link of their own between the three directors, for the synchronization of connections.</summary>
internal sealed class SyncNetwork : IDisposable
{
    public const string Device = "sync0";

    private const string Bridge = "brsync";

    public SyncNetwork()
    {
        Shell.Run("ip", "link", "add", Bridge, "type", "bridge", "mcast_snooping", "0", "forward_delay", "0");
        Shell.Run("ip", "link", "set", Bridge, "up");
        foreach (var name in ThreeDirectors.Names)
        {
            Shell.Run("ip", "link", "add", Port(name), "type", "veth", "peer", "name", Device, "netns", name);
            Shell.Run("ip", "link", "set", Port(name), "master", Bridge, "up");
            Shell.Run("ip", "-n", name, "addr", "add", $"10.10.0.{ThreeDirectors.Address(name).Split('.')[3]}/24", "dev", Device);
            Shell.Run("ip", "-n", name, "link", "set", Device, "up");
        }
    }

    /// <summary>Takes a director off the link.</summary>
    public static void Unplug(string name) => Shell.Run("ip", "link", "set", Port(name), "down");

    public void Dispose()
    {
        foreach (var name in ThreeDirectors.Names)
        {
            Shell.Succeeds(["ip", "link", "delete", Port(name)]);
        }

        Shell.Run("ip", "link", "delete", Bridge);
    }

    private static string Port(string name) => $"s{name}";
}
