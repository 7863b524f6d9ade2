using System.Net;
using System.Net.NetworkInformation;
using Gorb.Doctor;
using Gorb.Doctor.Facts;
using Gorb.Ipvs;
using Gorb.Ipvs.Addresses;
using Gorb.Ipvs.Routes;
using Gorb.Model;

namespace Gorb.Tests.Doctor;

/// <summary>A host on which nothing is wrong, in which a test plants one fact.</summary>
internal static class Planted
{
    public static readonly IPAddress Vip = IPAddress.Parse("10.9.0.100"), Vip6 = IPAddress.Parse("fd00:9::100");

    public static readonly NetworkLink Wire = Link(2, "br0", "bridge");

    /// <summary>A director with a subnet, and the service web at an address of its own.</summary>
    public static HostView Host(params Service[] services) => new()
    {
        Daemon = new DaemonFacts { Table = Table(services), Device = "br0" },
        Entries = [.. services.Select(Entry)],
        Links = [Link(1, "lo"), Wire],
        Addresses = [Address(2, "10.9.0.1", 24), Address(2, "fd00:9::1", 64), Address(2, "10.9.0.100", 32), Address(2, "fd00:9::100", 128)],
        Route = static query => new RouteAnswer(
            new Route { Type = query.Destination.Equals(Vip) || query.Destination.Equals(Vip6) ? RouteType.Local : RouteType.Unicast, Table = 254, Link = 2, Gateway = null, Source = null, Mtu = null },
            Errno.None),
    };

    public static Service Service(ServiceSpec? spec = null, params BackendSpec[] backends)
    {
        spec ??= Spec();
        return Model.Service.Create("web", spec) with
        {
            Backends = Backends.Of([.. backends.Select((backend, index) => Backend.Create($"b{index + 1}", backend, default, spec))]),
        };
    }

    public static ServiceSpec Spec(TransportProtocol protocol = TransportProtocol.Tcp, string vip = "10.9.0.100") =>
        new() { Key = ServiceKey.ForAddress(protocol, IPAddress.Parse(vip), 80) };

    public static BackendSpec BackendSpec(ForwardingMethod method = ForwardingMethod.Masquerade, string address = "10.9.0.21") =>
        new() { Host = address, Address = IPAddress.Parse(address), Port = 80, Method = method };

    public static HostView With(this HostView host, params (string Name, string Value)[] settings) =>
        host with { Setting = name => settings.Where(setting => setting.Name == name).Select(setting => setting.Value).FirstOrDefault() };

    public static NetworkLink Link(uint index, string name, string? kind = null, bool isUp = true) => new()
    {
        Index = index,
        Name = name,
        IsUp = isUp,
        IsRunning = isUp,
        IsEthernet = name != "lo",
        UsesArp = name != "lo" && kind != "dummy",
        HardwareAddress = PhysicalAddress.Parse("020000000001"),
        Mtu = 1500,
        Kind = kind,
    };

    public static LinkAddress Address(uint link, string address, byte prefix, bool isUsable = true) =>
        new() { Link = link, Address = IPAddress.Parse(address), PrefixLength = prefix, ValidFor = null, IsUsable = isUsable };

    /// <summary>What the kernel has of a service.</summary>
    public static TableEntry Entry(Service service) => new(
        new VirtualServiceEntry(new VirtualService(service.Spec.Key), default),
        [.. service.Backends.Values.Select(static backend => new DestinationEntry(new Destination(backend.Spec.Key) { Forwarding = backend.Spec.Method }, default))]);

    private static Table Table(Service[] services) => services.Aggregate(Model.Table.Empty, static (table, service) => table.With(service));

    /// <summary>The findings of a cause.</summary>
    public static IReadOnlyList<FindingView> Find(HostView host, string code) => [.. Diagnosis.Of(host).Findings.Where(finding => finding.Code == code)];
}
