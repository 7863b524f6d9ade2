using System.Net;
using Gorb.Ipvs;
using Gorb.Model;
using Gorb.Targets.Ipvs;

namespace Gorb.Tests.Targets.Ipvs;

public sealed class KeptCountersTests : IDisposable
{
    private static readonly ServiceKey Web = ServiceKey.ForAddress(TransportProtocol.Udp, IPAddress.Parse("10.9.0.100"), 80);
    private static readonly DestinationKey B1 = new(IPAddress.Parse("10.9.0.21"), 80), B2 = new(IPAddress.Parse("10.9.0.22"), 80);

    private readonly KeptCounters _kept = new();
    private readonly CountingKernel _kernel = new();

    public void Dispose() => _kernel.Dispose();

    [Fact]
    public void OutOfTheKernel_ItHasWhatItHad()
    {
        _kernel.Has(B1, 5);

        Leave(B1);

        Total(B1).Should().Be(5);
        Total(B2).Should().Be(0);
    }

    [Fact]
    public void BackInTime_TheKernelHasItsCountersStill_AndTheyCountOnce()
    {
        _kernel.Has(B1, 5);
        Leave(B1);
        _kernel.Has(B1, 6); // the kernel counted the last packet after B1 had left

        Return(B1);

        Total(B1).Should().Be(6);
    }

    [Fact]
    public void BackLater_WhatItHadIsAdded_AlsoTheSecondTime()
    {
        _kernel.Has(B1, 5);
        Leave(B1);
        _kernel.Has(B1, 0);
        Return(B1);
        _kernel.Has(B1, 2);
        Total(B1).Should().Be(7);

        Leave(B1);
        Total(B1).Should().Be(7);
        _kernel.Has(B1, 0);
        Return(B1);

        Total(B1).Should().Be(7);
    }

    [Fact]
    public void ARemovalThatFailed_CountsNothingTwice()
    {
        _kernel.Has(B1, 5);

        Leave(B1);

        _kept.Total(Web, B1, _kernel.Counters(B1)).Connections.Should().Be(5);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void BackendThatIsRemoved_IsForgotten(bool withItsService)
    {
        _kernel.Has(B1, 5);
        Leave(B1);

        _kept.BeforeApply(_kernel, [withItsService ? new IpvsChange.RemoveService(Web) : new IpvsChange.RemoveDestination(Web, B2)], Table.Empty);

        Total(B1).Should().Be(0);
    }

    [Fact]
    public void KernelThatCannotBeRead_HoldsUpNothing()
    {
        _kernel.Has(B1, 5);
        _kernel.IsBroken = true;

        Leave(B1);

        Total(B1).Should().Be(0);
    }

    /// <summary>The total of a backend's connections, whether or not the backend is in the kernel.</summary>
    private ulong Total(DestinationKey backend) => _kept.Total(Web, backend, _kernel.IsIn(backend) ? _kernel.Counters(backend) : null).Connections;

    private void Leave(DestinationKey backend)
    {
        _kept.BeforeApply(_kernel, [new IpvsChange.RemoveDestination(Web, backend)], Wanted());
        _kernel.Out(backend);
    }

    private void Return(DestinationKey backend)
    {
        _kernel.In(backend);
        _kept.AfterApply(_kernel, [new ChangeResult(new IpvsChange.AddDestination(Web, new Destination(backend)), null)]);
    }

    private static Table Wanted()
    {
        var spec = new ServiceSpec { Key = Web };
        var backends = new[] { B1, B2 }.Select((key, i) => new Backend($"b{i}", new BackendSpec { Host = "", Address = key.Address, Port = key.Port }, default));
        return Table.Empty.With(Service.Create("web", spec) with { Backends = Backends.Of([.. backends]) });
    }
}
