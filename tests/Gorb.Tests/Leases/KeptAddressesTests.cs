using System.Net;
using Gorb.Ipvs.Processes;
using Gorb.Tests.Etcd;
using Gorb.Tests.Shared;

namespace Gorb.Tests.Leases;

/// <summary>While etcd is away an address stays where it is only as long as all directors answer each other and agree, with real members of etcd; no address is ever on two hosts.</summary>
[Collection(EtcdCollection.Name)]
public sealed class KeptAddressesTests : IAsyncDisposable
{
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(5);

    private readonly TestWire _wire = new();
    private readonly PeerNet _net = new();
    private readonly EtcdCluster _etcd;
    private readonly string _name;
    private readonly HashSet<IPAddress> _addresses = [.. Enumerable.Range(1, 4).Select(static number => IPAddress.Parse($"10.9.2.{number}"))];
    private readonly Dictionary<string, (LeaseHolder Holder, PeerNet.Link Link)> _directors = [];

    public KeptAddressesTests(EtcdCluster etcd) => (_etcd, _name) = (etcd, etcd.Prefix().Replace("/", "", StringComparison.Ordinal));

    public async ValueTask DisposeAsync()
    {
        foreach (var cable in _etcd.Cables)
        {
            cable.Heal();
        }

        await Task.WhenAll(_directors.Values.Select(static director => director.Holder.DisposeAsync().AsTask()));
        _wire.Doubled.Should().BeEmpty();
    }

    [Fact]
    public async Task EtcdThatIsAwayForAll_CostsNothing_AndTheHolderHasTheAddressesAfterwards()
    {
        await HoldAtAAsync("a", "b", "c");

        Cut(0, 1, 2);
        await WaitAsync(() => Kept("a") == _addresses.Count);
        await HeldForAsync("a", 3 * Lease);
        Heal(0, 1, 2);
        await WaitAsync(() => Kept("a") == 0 && Holders().SequenceEqual(["a"]) && _directors["a"].Holder.Leases.Trouble is null);
        await HeldForAsync("a", 2 * Lease);

        _wire.Taken.Should().HaveCount(_addresses.Count, "no host took one a second time");
    }

    [Fact]
    public async Task PeerThatDoesNotAnswer_CostsTheAddresses_UntilEtcdIsBack()
    {
        await HoldAtAAsync("a", "b", "c");
        Cut(0, 1, 2);
        await WaitAsync(() => Kept("a") == _addresses.Count);

        _directors["c"].Link.IsCut = true;
        await WaitAsync(() => OnWire() == 0);
        Kept("a").Should().Be(0);
        Heal(0, 1, 2);

        await WaitAsync(() => OnWire() == _addresses.Count);
    }

    [Fact]
    public async Task HolderThatAloneIsCutOff_LosesTheAddresses_AndTheOthersTakeThem()
    {
        await HoldAtAAsync("a", "b", "c");

        Cut(0);

        await WaitAsync(() => OnWire() == _addresses.Count && !Holders().Contains("a"));
        _directors["a"].Link.Received.Should().BePositive("the others have said why they do not agree");
    }

    [Fact]
    public async Task PeerThatReachesEtcdAgain_TakesNothingThatItPromised()
    {
        await HoldAtAAsync("a", "b", "c");
        Cut(0, 1, 2);
        await WaitAsync(() => Kept("a") == _addresses.Count);
        await HeldForAsync("a", 2 * Lease); // etcd knows no holder any more

        Heal(1, 2);

        await WaitAsync(() => OnWire() == _addresses.Count && !Holders().Contains("a"));
    }

    [Fact]
    public async Task DirectorThatIsNew_AndReachesEtcd_TakesNothingThatIsKept()
    {
        await HoldAtAAsync("a", "b");
        Cut(0, 1);
        await WaitAsync(() => Kept("a") == _addresses.Count);

        var d = Start("d", 2);
        await WaitAsync(() => d.Leases.View.Candidates.ContainsKey("d") && d.Leases.View.Holders.IsEmpty);
        await HeldForAsync("a", 2 * Lease);
        _addresses.Should().OnlyContain(address => d.Leases.FindWait(address)!.Contains("a had it last"));
        Heal(0, 1);

        await WaitAsync(() => Kept("a") == 0 && _directors["a"].Holder.Leases.Trouble is null && OnWire() == _addresses.Count);
    }

    [Fact]
    public async Task DirectorThatIsAlone_OrHasAPeerThatCannotBeAsked_KeepsNothing()
    {
        await HoldAtAAsync("a", "b");
        var mute = Start("mute", 2, isAsked: false);
        await WaitAsync(() => _directors["a"].Holder.Leases.View.Candidates.ContainsKey("mute") && !_directors["a"].Holder.Leases.View.Voters.ContainsKey("a"));

        Cut(0, 1);

        await WaitAsync(() => _addresses.All(address => _wire.HoldersOf(address).SequenceEqual(["mute"])));
        mute.Leases.View.Voters.Should().NotContainKey("mute");
        Cut(2);
        await WaitAsync(() => OnWire() == 0);
        await WaitAsync(() => _addresses.All(address => mute.Leases.HolderOf(address) is null)); // its kernel may have been faster
    }

    [Fact]
    public async Task PeerThatDoesNotAnswer_IsKnownBeforeEtcdIsAway()
    {
        await HoldAtAAsync("a", "b");
        var (a, b) = (_directors["a"].Holder.Leases, _directors["b"].Holder.Leases);
        var heard = _directors["a"].Link.Received;
        await WaitAsync(() => _directors["a"].Link.Received > heard + 10);
        a.Unreachable.Should().BeEmpty();

        _directors["b"].Link.IsCut = true;
        await WaitAsync(() => a.Unreachable.ContainsKey("b") && b.Unreachable.ContainsKey("a"));
        a.Unreachable["b"].Should().StartWith("b does not answer at 127.0.0.1:");
        _directors["b"].Link.IsCut = false;
        await WaitAsync(() => a.Unreachable.Count == 0 && b.Unreachable.Count == 0);

        Start("mute", 2, isAsked: false);
        await WaitAsync(() => a.Unreachable.GetValueOrDefault("mute")?.StartsWith("mute cannot be asked directly", StringComparison.Ordinal) == true);
        _addresses.Should().OnlyContain(address => a.IsHere(address));
    }

    /// <summary>Starts directors, of which the first takes all addresses, and waits until each knows whom to ask.</summary>
    private async Task HoldAtAAsync(params string[] names)
    {
        var a = Start("a", 0);
        await WaitAsync(() => a.Leases.Active.Count == _addresses.Count);
        for (var member = 1; member < names.Length; member++)
        {
            Start(names[member], member);
        }

        await WaitAsync(() => _directors.Values.All(director => names.All(name => director.Holder.Leases.View.Voters.GetValueOrDefault(name)?.Names.Count == names.Length - 1)));
    }

    private LeaseHolder Start(string name, int member, bool isAsked = true)
    {
        var link = _net.Open();
        var director = new LeaseHolder(name, _name, _wire, _addresses, 100, leaves: true, Lease, isAsked ? link : null, _etcd.Endpoints[member]);
        _directors.Add(name, (director, link));
        return director;
    }

    private void Cut(params int[] cables) => Array.ForEach(cables, cable => _etcd.Cables[cable].Cut());

    private void Heal(params int[] cables) => Array.ForEach(cables, cable => _etcd.Cables[cable].Heal());

    private int Kept(string director) => _addresses.Count(address => _directors[director].Holder.Leases.KeptSince(address) is not null);

    /// <summary>The directors that have addresses.</summary>
    private IEnumerable<string> Holders() => _addresses.SelectMany(_wire.HoldersOf).Distinct().Order(StringComparer.Ordinal);

    private int OnWire() => _addresses.Count(address => _wire.HoldersOf(address).Count > 0);

    /// <summary>Looks for a time whether a director has all addresses at each moment.</summary>
    private async Task HeldForAsync(string director, TimeSpan time)
    {
        var clock = new BootClock();
        var began = clock.GetTimestamp();
        await WaitAsync(() =>
        {
            _addresses.Should().OnlyContain(address => _wire.HoldersOf(address).SequenceEqual(new[] { director }));
            return clock.GetElapsedTime(began) > time;
        });
    }

    private static Task WaitAsync(Func<bool> condition) => Poll.UntilAsync(() => Task.FromResult(condition()), TestContext.Current.CancellationToken);
}
