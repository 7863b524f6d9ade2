using System.Net;
using Gorb.Ipvs;
using Gorb.Model;
using Gorb.Model.Policy;
using Gorb.Targets.Ipvs;

namespace Gorb.Tests.Writer;

/// <summary>
/// A service's destinations in the kernel. A backend is a weight and u (up), d (down), q (up, drained), x (down, drained), f (forced down); - is out of the
/// kernel.
/// </summary>
public sealed class PlacementTests
{
    private static readonly KernelLimits Limited = new(KeepsPersistentClients: true);

    [Theory]
    [InlineData("tcp", "rr", "", "auto", "100u 100d", "100 0")]
    [InlineData("sctp", "wrr", "", "auto", "100u 100d", "100 0")]
    [InlineData("fwmark", "wrr", "", "auto", "100u 100d", "100 0")]
    [InlineData("udp", "rr", "", "auto", "100u 100d 100q 0u 100x 100f", "100 - 0 0 - -")]
    [InlineData("udp ops", "rr", "", "auto", "100u 100d", "100 0")]
    [InlineData("udp", "rr", "", "quiesce", "100u 100d", "100 0")]
    [InlineData("tcp", "rr", "", "remove", "100u 100d 100q 100f", "100 - 0 -")]
    [InlineData("tcp", "dh", "", "auto", "100u 100d 100q", "100 - 0")]
    [InlineData("tcp", "mh", "", "auto", "100u 100d", "100 0")]
    [InlineData("tcp", "mh", "mh-port|no-fallback", "auto", "100u 100d", "100 -")]
    [InlineData("tcp", "sh", "", "auto", "100u 100d 100u", "128 0 127")]
    [InlineData("tcp", "sh", "no-fallback", "auto", "100u 100d 100u", "128 - 128")]
    [InlineData("tcp persistent", "rr", "", "auto", "100u 100d", "100 0")]
    [InlineData("tcp persistent limited", "rr", "", "auto", "100u 100d 100q", "100 - 0")]
    [InlineData("tcp persistent limited", "rr", "", "quiesce", "100u 100d", "100 0")]
    [InlineData("udp zero-to-one", "rr", "", "auto", "100d 100x 100f", "1 0 -")] // zero-to-one ignores verdicts, but not drain and force
    [InlineData("udp 60%", "rr", "", "auto", "100u 100d 100x", "100 100 0")]
    [InlineData("udp", "rr", "", "auto", "100d 100d", "- -")]
    [InlineData("tcp zero-to-one", "ovf", "", "auto", "100d 200d 100q", "100 200 0")] // ovf uses the weight as a limit of connections
    public void Of_BackendsThatAreDown_AreOutWhereWeightZeroDoesNotMoveTheirClients(string service, string method, string flags, string whenDown, string backends, string weights)
    {
        var placement = Placement.Of(Make(service, method, flags, whenDown, backends), service.Contains("limited", StringComparison.Ordinal) ? Limited : default);

        string.Join(' ', placement.Weights.Select(weight => weight == Placement.Absent ? "-" : $"{weight}")).Should().Be(weights);
    }

    [Theory]
    [InlineData("sh", "", ServiceFlags.Scheduler1)]
    [InlineData("mh", "mh-port", ServiceFlags.Scheduler1 | ServiceFlags.Scheduler2)]
    [InlineData("sh", "no-fallback", ServiceFlags.None)]
    [InlineData("mh", "mh-port | no-fallback", ServiceFlags.Scheduler2)]
    [InlineData("wrr", "", ServiceFlags.None)]
    public void ToKernel_FallbackIsTheDefaultWhereThereIsOne(string method, string flags, ServiceFlags expected) =>
        KernelMapping.ToKernel(Make("tcp", method, flags, "auto", "1u")).Settings.Flags.Should().Be(expected);

    /// <summary>dh refuses clients that hash to a destination of weight 0, so lblc replaces it while a backend drains.</summary>
    [Theory]
    [InlineData("100u 100u", "auto", "dh")]
    [InlineData("100u 100q", "auto", "lblc")]
    [InlineData("100u 0u", "auto", "lblc")]
    [InlineData("100u 100d", "auto", "dh")]
    [InlineData("100u 100d", "quiesce", "lblc")]
    public void ToKernel_DestinationHashing_NeverMeetsWeightZero(string backends, string whenDown, string scheduler) =>
        KernelMapping.ToKernel(Make("tcp", "dh", "", whenDown, backends)).Settings.Scheduler.Should().Be(scheduler);

    [Theory]
    [InlineData("rr", "100u 100d", 0)]
    [InlineData("rr", "100d 100d", 1)]
    [InlineData("sh", "100q 100d", 254)]
    [InlineData("ovf", "100q 100d", int.MaxValue)]
    public void ToKernel_SorryBackend_IsThereOnlyWhileItServes(string method, string backends, int weight)
    {
        var service = Make("tcp", method, "", "auto", backends);
        service = service with { Spec = service.Spec with { Fallback = Fallback.Sorry, Sorry = new SorrySpec { Address = IPAddress.Parse("10.0.0.9"), Port = 80 } } };

        var found = KernelMapping.ToKernel(service).Find(new DestinationKey(IPAddress.Parse("10.0.0.9"), 80));

        (found?.Weight ?? 0).Should().Be(weight);
    }

    private static Service Make(string service, string method, string flags, string whenDown, string backends)
    {
        var words = service.Split(' ');
        var vip = IPAddress.Parse("10.9.0.100");
        return Service.Create("s", new ServiceSpec
        {
            Key = words[0] == "fwmark" ? ServiceKey.ForFirewallMark(7, vip.AddressFamily) : ServiceKey.ForAddress(Enum.Parse<TransportProtocol>(words[0], ignoreCase: true), vip, 80),
            Method = method,
            Flags = flags,
            OnePacket = words.Contains("ops"),
            Persistence = words.Contains("persistent") ? new Persistence(300, Netmask.Whole(vip.AddressFamily)) : null,
            Fallback = words.Contains("zero-to-one") ? Fallback.ZeroToOne : Fallback.None,
            MinHealthy = words.Contains("60%") ? 60 : 0,
            WhenDown = PolicyWords.WhenDown.Known(whenDown),
        }) with
        { Backends = Backends.Of([.. backends.Split(' ').Select(Parse)]) };
    }

    private static Backend Parse(string text, int index)
    {
        var address = IPAddress.Parse($"10.0.0.{index + 1}");
        return new Backend($"b{index}", new BackendSpec
        {
            Host = address.ToString(),
            Address = address,
            Port = 80,
            Weight = int.Parse(text[..^1], System.Globalization.CultureInfo.InvariantCulture),
            Drain = text[^1] is 'q' or 'x' ? new Drain(null) : null,
            Force = text[^1] == 'f' ? Force.Down : Force.None,
        }, default)
        { Health = new BackendHealth(text[^1] is 'd' or 'x' ? Verdict.Down : Verdict.Up) };
    }
}
