using System.Net;
using Gorb.Model;
using Gorb.Tests.Etcd;
using Gorb.Tests.Shared;

namespace Gorb.Tests.Cluster;

/// <summary>Three directors write into one table in real members of etcd: nothing that was answered is lost, and each edit is made once.</summary>
[Collection(EtcdCollection.Name)]
public sealed class SharedWriterTests : IAsyncDisposable
{
    private static readonly string[] Names = ["a", "b", "c"];

    private readonly EtcdCluster _etcd;
    private readonly string _name;
    private readonly TestDirector[] _directors;

    public SharedWriterTests(EtcdCluster etcd)
    {
        _etcd = etcd;
        _name = etcd.Prefix().Replace("/", "", StringComparison.Ordinal);
        _directors = [.. Names.Select((name, index) => new TestDirector(name, _name, etcd.Endpoints[index], etcd.Endpoints[(index + 1) % etcd.Endpoints.Count]))];
    }

    private TestDirector A => _directors[0];

    private TestDirector B => _directors[1];

    private TestDirector C => _directors[2];

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        foreach (var director in _directors)
        {
            await director.DisposeAsync();
        }
    }

    [Fact]
    public async Task Edit_AtOneDirector_IsInTheTableOfAll_AndWhatFollowsSeesIt()
    {
        var revision = await A.PutAsync("web", 80);
        await B.AddAsync("web", "b1", 80); // although b may not have heard of the service yet

        foreach (var director in _directors)
        {
            (await director.ReachAsync(revision)).Table.Find("web").Should().NotBeNull();
        }
    }

    [Fact]
    public async Task Edits_OfTheSameServiceByAll_AreAllKept()
    {
        const int Each = 20;
        await A.PutAsync("web", 80);

        var revisions = await Task.WhenAll(_directors.SelectMany((director, index) => Enumerable.Range(0, Each).Select(number => director.AddAsync("web", $"{director.Name}{number}", (ushort)((index * 100) + number + 1)))));

        var table = await A.ReachAsync(revisions.Max());
        table.Table.Find("web")!.Backends.Keys.Should().BeEquivalentTo(_directors.SelectMany(static director => Enumerable.Range(0, Each).Select(number => $"{director.Name}{number}")));
    }

    [Fact]
    public async Task Edits_OfDifferentServicesByAll_AreAllKept()
    {
        var revisions = await Task.WhenAll(_directors.SelectMany((director, index) => Enumerable.Range(0, 20).Select(number => director.PutAsync($"{director.Name}{number}", (ushort)((index * 100) + number + 1)))));

        (await B.ReachAsync(revisions.Max())).Table.Services.Should().HaveCount(60);
    }

    [Fact]
    public async Task Edits_ThatTakeOneAddress_OneIsMadeAndTheOthersConflict()
    {
        var puts = _directors.Select(director => director.PutAsync($"web-{director.Name}", 80)).ToList();

        var failures = new List<RequestException>();
        foreach (var put in puts)
        {
            try
            {
                await put;
            }
            catch (RequestException error)
            {
                failures.Add(error);
            }
        }

        failures.Should().HaveCount(2).And.OnlyContain(static error => error.Refusal == Refusal.Conflict);
    }

    [Fact]
    public async Task Edit_ThatNeedsWhatIsNotThere_FailsAloneWithItsOwnError()
    {
        var (missing, made) = (A.AddAsync("none", "b1", 80), A.PutAsync("web", 80));

        (await FluentActions.Awaiting(() => missing).Should().ThrowAsync<RequestException>()).Which.Refusal.Should().Be(Refusal.NotFound);
        (await A.ReachAsync(await made)).Table.Find("web").Should().NotBeNull();
    }

    [Fact]
    public async Task Edit_OfMoreThanOneTransactionTakes_IsMadeAtOneRevision_AtEveryDirector()
    {
        var before = await A.PutAsync("web", 80);
        var seen = new List<int>();
        using var end = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var watching = WatchAsync(B, seen, end.Token);

        var revision = await A.ChangeAsync(static transaction => PutMany(transaction, 300));
        foreach (var director in _directors)
        {
            (await director.ReachAsync(revision)).Table.Services.Should().HaveCount(301);
        }

        var after = await C.PutAsync("last", 81); // whose director finishes what is left to be moved
        await end.CancelAsync();
        await watching;
        seen.Should().BeSubsetOf([0, 1, 301, 302], "a part of it is never seen");
        (after - before).Should().BeLessThan(25, "600 documents are staged by five transactions, and moved by as many at each director that moves them");
        using var client = EtcdCluster.Client([_etcd.Direct]);
        var keys = await client.ListAsync(Gorb.Etcd.KeyRange.Prefix(A.Keys.Table), cancel: Stop);
        keys.Entries.Should().NotContain(entry => entry.Key.StartsWith(A.Keys.AllStaged, StringComparison.Ordinal) || entry.Key == A.Keys.Committed);
        keys.Entries.Count(entry => entry.Key.StartsWith(A.Keys.Services, StringComparison.Ordinal)).Should().Be(302);
    }

    [Fact]
    public async Task Edit_WhoseAnswerIsLost_IsNotCalledUnchanged_WhenEtcdIsAwayAfterwards()
    {
        var server = IPEndPoint.Parse(_etcd.Direct.Authority);
        using var cable = new Cable(new IPEndPoint(server.Address, 0), server);
        await using var director = new TestDirector("d", _name, new Uri($"http://{cable.EndPoint}"));
        await director.ReachAsync(await director.PutAsync("web", 80));
        cable.Cut();

        var edit = director.TryPutAsync("mail", 25);
        await Poll.UntilAsync(() => Task.FromResult(cable.Holds("mail")), Stop); // the watch's answer to the first change may wait there, too
        cable.Refuse(); // the next sending of the change surely made nothing

        (await FluentActions.Awaiting(() => edit).Should().ThrowAsync<RequestException>()).Which.Problems.Should().ContainSingle().Which.Text.Should().Contain("the change may have been made all the same");
    }

    [Fact]
    public async Task Edit_ThatWaitsForAll_IsKnownAsSuchToAll()
    {
        var origin = new ChangeOrigin("ops", Request: new RequestTrace("1", "10.9.0.10", "PUT", "/service/web") { AwaitsAll = true });

        var awaited = await A.Writer.ChangeAsync(origin, static transaction => PutMany(transaction, 1));
        (await B.ReachAsync(awaited)).Awaited.Should().Be(awaited);
        await A.ReachAsync(awaited); // a listing tells the last change only
        var later = await B.PutAsync("web", 80);

        (await A.ReachAsync(later)).Awaited.Should().Be(awaited, "nothing waits for the last change");
    }

    [Fact]
    public async Task LargeEdits_OfAll_AreAllMade_BesideSmallOnes()
    {
        await Task.WhenAll(
            A.ChangeAsync(static transaction => PutMany(transaction, 100, 1000)),
            B.ChangeAsync(static transaction => PutMany(transaction, 100, 2000)),
            C.PutAsync("web", 80),
            C.PutAsync("dns", 53));

        var revision = await C.PutAsync("last", 81);
        (await C.ReachAsync(revision)).Table.Services.Should().HaveCount(203);
        (await A.ReachAsync(revision)).Table.Services.Should().HaveCount(203);
    }

    [Fact]
    public async Task Edits_WhileTheLeaderIsStopped_AreMadeOnceOrFail()
    {
        await A.PutAsync("web", 80);
        var leader = await _etcd.FindLeaderAsync();
        _etcd.Members[leader].Freeze();
        var made = new List<string>();
        try
        {
            for (ushort number = 1; number <= 3; number++)
            {
                try
                {
                    await A.TryAddAsync("web", $"b{number}", number);
                    made.Add($"b{number}");
                }
                catch (RequestException error)
                {
                    error.Refusal.Should().Be(Refusal.Unavailable);
                }
            }
        }
        finally
        {
            _etcd.Members[leader].Thaw();
        }

        (await A.ReachAsync(await A.PutAsync("last", 81))).Table.Find("web")!.Backends.Keys.Should().Contain(made, "what was answered is there");
    }

    [Fact]
    public async Task Edit_WhileEtcdIsAway_FailsInTimeWithTheReason_AndTheTableIsStillRead()
    {
        await A.ReachAsync(await A.PutAsync("web", 80));
        Array.ForEach([.. _etcd.Cables], static cable => cable.Cut());
        try
        {
            var error = (await FluentActions.Awaiting(() => A.TryAddAsync("web", "b1", 80)).Should().ThrowAsync<RequestException>()).Which;

            error.Refusal.Should().Be(Refusal.Unavailable);
            error.Message.Should().Be("the cluster's table cannot be changed");
            A.Follower.Current.Table.Find("web").Should().NotBeNull();
        }
        finally
        {
            Array.ForEach([.. _etcd.Cables], static cable => cable.Heal());
        }

        await A.PutAsync("later", 81);
    }

    [Fact]
    public async Task Document_OfALaterVersion_IsNotFollowed_AndTheTableStaysAsItWas()
    {
        await A.ReachAsync(await A.PutAsync("web", 80));
        using var client = EtcdCluster.Client([_etcd.Direct]);
        await EtcdCluster.PutAsync(client, A.Keys.Service("web"), """{"format":99}""");

        await Shared.Poll.UntilAsync(() => Task.FromResult(A.Follower.Problem is not null), Stop);

        A.Follower.Problem.Should().Be("the cluster's document of service 'web' has format 99, and this Gorb knows 1: update this director");
        A.Follower.Current.Table.Find("web").Should().NotBeNull();
        (await FluentActions.Awaiting(() => A.TryPutAsync("other", 81)).Should().ThrowAsync<RequestException>()).Which.Problems[0].Text.Should().Contain("has format 99");
    }

    private static void PutMany(Gorb.Writer.Transaction transaction, int count, int first = 1000)
    {
        for (var mark = first; mark < first + count; mark++)
        {
            transaction.Put(Service.Create($"s{mark}", new ServiceSpec { Key = Ipvs.ServiceKey.ForFirewallMark((uint)mark, System.Net.Sockets.AddressFamily.InterNetwork), Host = "" }));
        }
    }

    /// <summary>Notes how many services a director sees.</summary>
    private static async Task WatchAsync(TestDirector director, List<int> seen, CancellationToken end)
    {
        while (!end.IsCancellationRequested)
        {
            var changed = director.Follower.Changed;
            seen.Add(director.Follower.Current.Table.Services.Count);
            await Task.WhenAny(changed, Task.Delay(Timeout.Infinite, end));
        }
    }
}
