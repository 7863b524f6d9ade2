namespace Gorb.KernelTests.Lab;

/// <summary>An address that another host of the link has until the end of a test.</summary>
internal sealed class HeldAddress : IDisposable
{
    private readonly string _host, _address;

    /// <param name="host">The namespace.</param>
    /// <param name="address">The IPv6 address.</param>
    public HeldAddress(string host, string address)
    {
        (_host, _address) = (host, address);
        Shell.Run("ip", "-n", host, "addr", "add", $"{address}/128", "dev", "eth0", "nodad");
    }

    public void Dispose() => Shell.Run("ip", "-n", _host, "addr", "del", $"{_address}/128", "dev", "eth0");
}
