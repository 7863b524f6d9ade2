using System.Net;
using Gorb.Ipvs;
using Gorb.Model;
using Gorb.Targets.Ipvs;

namespace Gorb.Tests.Writer;

public sealed class StartupSnapshotTests
{
    private static readonly ServiceSpec Spec = new() { Key = ServiceKey.ForAddress(TransportProtocol.Tcp, IPAddress.Parse("10.9.0.100"), 80) };
    private static readonly BackendSpec First = Backend("10.9.0.21");
    private static readonly BackendSpec Second = Backend("10.9.0.22");

    [Fact]
    public void ShowsAll_WhatWasLeft_WhateverOthersHave()
    {
        var others = new ServiceSummary(new VirtualService(ServiceKey.ForAddress(TransportProtocol.Udp, IPAddress.Parse("10.9.0.100"), 53)), []);

        StartupSnapshot.MatchesAll(Wanted(Spec, First, Second), [others, Kernel(Spec, Second, First)]).Should().BeTrue("the kernel's lists are newest first");
        StartupSnapshot.MatchesAll(Wanted(Spec), [Kernel(Spec)]).Should().BeTrue();
        StartupSnapshot.MatchesAll(Table.Empty, [others]).Should().BeTrue();
    }

    [Fact]
    public void ShowsAll_AnyDifference_IsFalse()
    {
        var wanted = Wanted(Spec, First, Second);

        StartupSnapshot.MatchesAll(wanted, []).Should().BeFalse();
        StartupSnapshot.MatchesAll(wanted, [Kernel(Spec, First)]).Should().BeFalse();
        StartupSnapshot.MatchesAll(wanted, [Kernel(Spec, First, Second, Backend("10.9.0.23"))]).Should().BeFalse();
        StartupSnapshot.MatchesAll(wanted, [Kernel(Spec, First, Second with { Weight = 0 })]).Should().BeFalse("it may have been down");
        StartupSnapshot.MatchesAll(wanted, [Kernel(Spec, First, Second with { Method = ForwardingMethod.DirectRoute })]).Should().BeFalse();
        StartupSnapshot.MatchesAll(wanted, [Kernel(Spec with { Method = "rr" }, First, Second)]).Should().BeFalse();
    }

    /// <summary>A setting that /proc does not print needs a query.</summary>
    [Fact]
    public void ShowsAll_MoreIsWantedThanIsPrinted_IsFalse()
    {
        ServiceSpec[] services = [Spec with { OnePacket = true }, Spec with { Flags = "sh-port" }, Spec with { PersistenceEngine = "sip" }, Spec with { Key = ServiceKey.ForFirewallMark(7, System.Net.Sockets.AddressFamily.InterNetwork) }];
        BackendSpec[] backends = [First with { Method = ForwardingMethod.Tunnel }, First with { UpperThreshold = 5 }, First with { UpperThreshold = 5, LowerThreshold = 1 }];

        services.Should().OnlyContain(spec => !StartupSnapshot.MatchesAll(Wanted(spec, First), new[] { Kernel(spec, First) }));
        backends.Should().OnlyContain(backend => !StartupSnapshot.MatchesAll(Wanted(Spec, backend), new[] { Kernel(Spec, backend) }));
    }

    private static Table Wanted(ServiceSpec spec, params BackendSpec[] backends) => Table.Empty.With(
        new Service("web", spec, Backends.Of([.. backends.Select((backend, i) => new Backend($"b{i}", backend, default))])));

    private static ServiceSummary Kernel(ServiceSpec spec, params BackendSpec[] backends)
    {
        var service = KernelMapping.ToKernel(Wanted(spec, backends).Services["web"]);
        return new ServiceSummary(service.Settings, service.Destinations);
    }

    private static BackendSpec Backend(string host) => new() { Host = host, Address = IPAddress.Parse(host), Port = 80 };
}
