using System.Net;
using System.Net.Sockets;
using Gorb.Ipvs;
using Gorb.KernelTests.Lab;

namespace Gorb.KernelTests.Library;

/// <summary>A test of the library alone with the real kernel. It starts and ends with an empty table.</summary>
public abstract class LibraryTest : IDisposable
{
    protected LibraryTest() => Kernel.ClearTable();

    private protected static ServiceKey Web { get; } = ServiceKey.ForAddress(TransportProtocol.Tcp, IPAddress.Parse("10.9.0.100"), 80);

    private protected static ServiceKey Web6 { get; } = ServiceKey.ForAddress(TransportProtocol.Tcp, IPAddress.Parse("fd00:9::100"), 80);

    private protected static ServiceKey Mark { get; } = ServiceKey.ForFirewallMark(7, AddressFamily.InterNetwork);

    private protected IIpvsClient Client { get; } = IpvsClient.Create();

    public virtual void Dispose()
    {
        Client.Dispose();
        Kernel.ClearTable();
        GC.SuppressFinalize(this);
    }

    private protected static DestinationKey Backend(int number, ushort port = 80) => new(IPAddress.Parse($"10.9.{number / 250}.{(number % 250) + 1}"), port);

    private protected void Apply(params IpvsChange[] changes) =>
        Client.Apply(changes).Should().OnlyContain(result => result.Succeeded);
}
