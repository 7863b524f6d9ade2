using System.Net;
using Gorb.Ipvs;
using Gorb.Model;
using Gorb.Model.Merging;
using Gorb.Model.Policy;
using Gorb.Targets.Ipvs;

namespace Gorb.Tests.Targets.Ipvs;

/// <summary>The verdicts that the kernel's weights imply when the daemon starts.</summary>
public sealed class StartHealthTests
{
    private static readonly ServiceSpec Spec = new() { Key = ServiceKey.ForAddress(TransportProtocol.Tcp, IPAddress.Parse("10.9.0.100"), 80) };
    private static readonly BackendSpec Declared = new() { Host = "10.9.0.21", Address = IPAddress.Parse("10.9.0.21"), Port = 80 };

    /// <summary>Operator overrides that set the kernel's weight to 0 regardless of the checks.</summary>
    private static readonly OperatorWords[] Quiet =
        [new OperatorWords(Weight: 0, null, null), new OperatorWords(null, Force.Down, null), new OperatorWords(null, null, Drain: true)];

    [Fact]
    public void WeightZero_OfABackendThatShouldHaveSome_MeansDown() => Find(default, weight: 0).Should().Be(Verdict.Down);

    [Fact]
    public void WeightZero_ByAnOperatorsWord_SaysNothingOfTheChecks() =>
        Quiet.Select(static words => Find(words, weight: 0)).Should().OnlyContain(static verdict => verdict == Verdict.Up);

    [Fact]
    public void NoEntry_ByAnOperatorsForce_SaysNothingOfTheChecks()
    {
        Find(new OperatorWords(null, Force.Down, null), weight: null).Should().Be(Verdict.Up);
        Find(default, weight: null).Should().Be(Verdict.Down, "the service removes backends that are down");
    }

    /// <param name="words">The operator's overrides.</param>
    /// <param name="weight">The weight in the kernel; null for no entry.</param>
    private static Verdict Find(OperatorWords words, int? weight)
    {
        var backend = new Backend("b1", Declared, default) { Operator = words };
        var service = new Service("web", Spec with { WhenDown = WhenDown.Remove }, Backends.Of([backend]));
        Destination[] destinations = weight is { } found ? [new Destination(Declared.Key) { Weight = found }] : [];
        var kernel = new Dictionary<ServiceKey, KernelService> { [Spec.Key] = new(new VirtualService(Spec.Key), destinations) };
        return StartHealth.Of(Table.Empty.With(service), kernel, default).Services["web"].Backends.Find("b1")!.Health.Verdict;
    }
}
