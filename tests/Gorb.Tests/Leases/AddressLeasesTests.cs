using System.Net;
using Gorb.Tests.Etcd;
using Gorb.Tests.Shared;

namespace Gorb.Tests.Leases;

/// <summary>Each address is on one of three directors, with real members of etcd, and never on two.</summary>
[Collection(EtcdCollection.Name)]
public sealed class AddressLeasesTests : IAsyncDisposable
{
    /// <summary>Longer than a busy machine may keep a director from renewing.</summary>
    private const int LongLease = 30;

    /// <summary>For what happens when a lease is over.</summary>
    private const int ShortLease = 6;

    private readonly TestWire _wire = new();
    private readonly EtcdCluster _etcd;
    private readonly string _name;
    private readonly HashSet<IPAddress> _addresses = [.. Enumerable.Range(1, 12).Select(static number => IPAddress.Parse($"10.9.1.{number}"))];
    private readonly List<LeaseHolder> _directors = [];

    public AddressLeasesTests(EtcdCluster etcd) => (_etcd, _name) = (etcd, etcd.Prefix().Replace("/", "", StringComparison.Ordinal));

    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(_directors.Select(static director => director.DisposeAsync().AsTask()));
        _wire.Doubled.Should().BeEmpty();
    }

    [Fact]
    public async Task EachAddress_HasOneHolder_AndWhoComesLaterTakesNothing()
    {
        var a = Start("a");
        await WaitAsync(() => Held(a) == 12);

        var b = Start("b", priority: 200);
        await WaitAsync(() => b.Leases.View.Candidates.Count == 2);
        await RenewedAsync(b);

        Held(a).Should().Be(12, "nothing is taken from a holder, whatever the other one's priority");
        Held(b).Should().Be(0);
        _wire.Taken.Should().HaveCount(12);
    }

    [Fact]
    public async Task WhatBecomesFree_IsSpread_AndGoesToTheHigherPriorityFirst()
    {
        var a = Start("a");
        await WaitAsync(() => Held(a) == 12);
        var (b, c, high) = (Start("b"), Start("c"), Start("high", priority: 200));
        await WaitAsync(() => new[] { a, b, c, high }.All(static director => director.Leases.View.Candidates.Count == 4));

        await a.DisposeAsync();
        await WaitAsync(() => Held(high) == 12);
        high.Host.Guarded.Should().HaveCount(12, "a director that leaves goes on telling of their connections");
        await DrainAsync(high);
        await WaitAsync(() => Held(b) + Held(c) == 12);

        Held(high).Should().Be(0);
        Held(b).Should().BeInRange(1, 11, "both have the same priority");
    }

    [Fact]
    public async Task DirectorThatIsCutOff_LosesItsAddressesBeforeAnotherHasThem_AndTakesNoneBack()
    {
        var a = Start("a", member: 0, lease: ShortLease);
        await WaitAsync(() => Held(a) == 12);
        var b = Start("b", member: 1, lease: ShortLease);
        await WaitAsync(() => b.Leases.View.Candidates.Count == 2);

        _etcd.Cables[0].Cut();
        try
        {
            await WaitAsync(() => Held(b) == 12);
            await WaitAsync(() => a.Leases.Active.Count == 0 && a.Leases.Trouble is not null);
        }
        finally
        {
            _etcd.Cables[0].Heal();
        }

        await WaitAsync(() => a.Leases.Trouble is null && a.Leases.View.Holders.Values.All(static holder => holder.Director == "b"));
        await RenewedAsync(a);
        Held(b).Should().Be(12);
        b.Host.Guarded.Should().BeEmpty("a director that is cut off tells of no connection");
    }

    [Fact]
    public async Task EtcdThatIsAway_CostsTheAddress_AndItComesBackWithIt()
    {
        var a = Start("a", member: 0, lease: ShortLease);
        await WaitAsync(() => Held(a) == 12);

        _etcd.Cables[0].Cut();
        await WaitAsync(() => Held(a) == 0);
        _etcd.Cables[0].Heal();

        await WaitAsync(() => Held(a) == 12);
    }

    [Fact]
    public async Task AddressThatAnotherHostHas_IsTakenWhenItIsGone()
    {
        var address = _addresses.First();
        _wire.Hold(address, "a stranger", TimeSpan.FromHours(1));

        var a = Start("a");
        await WaitAsync(() => Held(a) == 11);
        await RenewedAsync(a);
        _wire.HoldersOf(address).Should().Equal("a stranger");
        _wire.Release(address, "a stranger");

        await WaitAsync(() => Held(a) == 12);
    }

    [Fact]
    public async Task AddressThatNobodyWants_IsGivenBack()
    {
        var (a, b) = (Start("a"), Start("b"));
        await WaitAsync(() => Held(a) + Held(b) == 12);
        HashSet<IPAddress> kept = [_addresses.First()];

        a.Leases.Want(kept);
        b.Leases.Want(kept);

        await WaitAsync(() => Held(a) + Held(b) == 1 && a.Leases.View.Holders.Count == 1 && b.Leases.View.Holders.Count == 1);
    }

    [Fact]
    public async Task Restart_WithinTheLease_KeepsTheAddresses()
    {
        var a = Start("a", leaves: false);
        await WaitAsync(() => Held(a) == 12);
        var b = Start("b");
        await WaitAsync(() => b.Leases.View.Candidates.Count == 2);

        await a.DisposeAsync();
        a = Start("a", leaves: false);
        await WaitAsync(() => Held(a) == 12);

        b.Leases.Active.Should().BeEmpty();
        a.Leases.View.Holders.Values.Should().OnlyContain(static holder => holder.Written > holder.Since, "the keys were taken over, not made again");
    }

    [Fact]
    public async Task DrainedDirector_IsDrainedAfterARestart_AndAnyOtherCanResumeIt()
    {
        var (a, b) = (Start("a"), Start("b"));
        await WaitAsync(() => Held(a) + Held(b) == 12);
        await a.Leases.DrainAsync("b", isDrained: true);
        await WaitAsync(() => Held(a) == 12);
        await b.DisposeAsync();

        b = Start("b");
        await a.DisposeAsync();
        await WaitAsync(() => b.Leases.View.Holders.IsEmpty && b.Leases.View.Drained.Contains("b"));
        b.Leases.Active.Should().BeEmpty();
        await WaitAsync(() => b.Leases.FindWait(_addresses.First()) is { } reason && reason.StartsWith("all directors are drained (b): gorb director resume", StringComparison.Ordinal));
        await b.Leases.DrainAsync("b", isDrained: false);

        await WaitAsync(() => Held(b) == 12);
    }

    [Fact]
    public async Task PlannedHandOver_WaitsForNoLease()
    {
        var a = Start("a");
        await WaitAsync(() => Held(a) == 12);
        var b = Start("b");
        await WaitAsync(() => b.Leases.View.Candidates.Count == 2);

        await DrainAsync(a);
        await WaitAsync(() => Held(b) == 12);
        a.Leases.Trouble.Should().BeNull("its lease lives on");
        await DrainAsync(b);
        await ResumeAsync(a);

        await WaitAsync(() => Held(a) == 12);
        new[] { a, b }.Should().OnlyContain(static director => director.Host.Guarded.Count == 12, "new addresses have no connections");
    }

    private LeaseHolder Start(string name, int priority = 100, int member = 2, bool leaves = true, int lease = LongLease)
    {
        var director = new LeaseHolder(name, _name, _wire, _addresses, priority, leaves, TimeSpan.FromSeconds(lease), link: null, _etcd.Endpoints[member]);
        _directors.Add(director);
        return director;
    }

    /// <summary>How many addresses are on a director, by the wire and by its own word.</summary>
    private int Held(LeaseHolder director)
    {
        var onWire = _addresses.Count(address => _wire.HoldersOf(address).SequenceEqual([director.Name]));
        return director.Leases.Active.Count == onWire ? onWire : -1;
    }

    /// <summary>Waits until a director has had the time to do what it must not do: it has written a key since, and has heard of it.</summary>
    private static async Task RenewedAsync(LeaseHolder director)
    {
        var revision = director.Leases.View.Revision;
        await DrainAsync(director);
        await WaitAsync(() => director.Leases.View.Revision > revision && !director.Leases.View.Candidates.ContainsKey(director.Name));
        await ResumeAsync(director);
        await WaitAsync(() => director.Leases.View.Candidates.ContainsKey(director.Name));
    }

    private static Task DrainAsync(LeaseHolder director) => director.Leases.DrainAsync(director.Name, isDrained: true);

    private static Task ResumeAsync(LeaseHolder director) => director.Leases.DrainAsync(director.Name, isDrained: false);

    private static Task WaitAsync(Func<bool> condition) => Poll.UntilAsync(() => Task.FromResult(condition()), TestContext.Current.CancellationToken);
}
