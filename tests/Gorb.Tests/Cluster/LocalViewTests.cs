using Gorb.Cluster;
using Gorb.Model;
using Gorb.Model.Merging;
using Gorb.Model.Policy;
using Gorb.Tests.State;

namespace Gorb.Tests.Cluster;

/// <summary>What arrives from the cluster keeps this director's verdicts, and is the director's own object where nothing differs.</summary>
public sealed class LocalViewTests
{
    private static readonly Service Own = new RandomTable(4).Service("web") with
    {
        Departure = null,
        Backends = Backends.Of([Make("b1", 1), Make("b2", 2)]),
    };

    [Fact]
    public void View_OfWhatIsThereAlready_IsTheSameObject() => LocalView.Of(Echo(Own), Own).Should().BeSameAs(Own);

    [Fact]
    public void View_OfADrainThatBeganHere_KeepsItsDeadlineByTheOwnClock()
    {
        var until = DateTimeOffset.UnixEpoch.AddDays(1);
        var drain = new Drain(until) { SteadyUntil = until.AddSeconds(3) };
        var own = Own with { Departure = drain, Backends = Own.Backends.With(Own.Backends["b1"] with { Spec = Own.Backends["b1"].Spec with { Drain = drain } }) };

        LocalView.Of(Echo(own), own).Should().BeSameAs(own);
        LocalView.Of(Echo(own), Own).Backends["b1"].Spec.Drain!.Value.Deadline.Should().Be(until);
    }

    [Fact]
    public void View_OfAChangedBackend_KeepsItsVerdictAndTheOtherObjects()
    {
        var shared = Echo(Own);
        shared = shared with { Backends = shared.Backends.With(shared.Backends["b1"] with { Spec = shared.Backends["b1"].Spec with { Weight = 7 } }) };

        var view = LocalView.Of(shared, Own);

        view.Backends["b1"].Spec.Weight.Should().Be(7);
        view.Backends["b1"].Health.Verdict.Should().Be(Verdict.Down);
        view.Backends["b2"].Should().BeSameAs(Own.Backends["b2"]);
    }

    [Fact]
    public void View_OfABackendElsewhere_BeginsWithoutAVerdict()
    {
        var shared = Echo(Own);
        shared = shared with { Backends = shared.Backends.With(shared.Backends["b1"] with { Spec = shared.Backends["b1"].Spec with { Port = 4 } }) };

        LocalView.Of(shared, Own).Backends["b1"].Health.Should().Be(BackendHealth.Start(Own.Spec.Start));
    }

    [Fact]
    public void View_OfASubset_HasNoOther()
    {
        var shared = Echo(Own);

        LocalView.Of(shared with { Backends = shared.Backends.Without("b2") }, Own).Backends.Keys.Should().Equal("b1");
        LocalView.Of(shared, null).Should().BeSameAs(shared);
    }

    private static Backend Make(string name, ushort port) =>
        new(name, new RandomTable(port).BackendSpec() with { Port = port, Drain = null }, DateTimeOffset.UnixEpoch) { Health = new BackendHealth(Verdict.Down) };

    /// <summary>The service as it comes back from the cluster.</summary>
    private static Service Echo(Service service) => ServiceDocument.Read(service.Name, ServiceDocument.Write(service.Name, new Merged(service, []))).Service!;
}
