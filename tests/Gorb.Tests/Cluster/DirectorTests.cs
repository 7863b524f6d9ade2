using System.Net;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Gorb.Cluster;
using Gorb.Ipvs;
using Gorb.Tests.Api;
using Gorb.Tests.Etcd;
using Gorb.Tests.Shared;
using Gorb.Writer;

namespace Gorb.Tests.Cluster;

/// <summary>Three directors share one table in real members of etcd: an edit at any of them is in the kernels of all.</summary>
[Collection(EtcdCollection.Name)]
public sealed class DirectorTests(EtcdCluster etcd) : IAsyncLifetime
{
    private const string Web = """{"host":"10.9.0.100","port":80,"method":"wrr"}""", Backend = """{"host":"10.9.0.21","port":8080}""";

    private readonly DirectorGroup _group = new(etcd);

    private TestDaemon A => _group[0];

    private TestDaemon B => _group[1];

    private TestDaemon C => _group[2];

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        for (var number = 0; number < 3; number++)
        {
            await DirectorGroup.JoinedAsync(await _group.AddAsync());
        }
    }

    public ValueTask DisposeAsync() => _group.DisposeAsync();

    [Fact]
    public async Task Edit_AtOne_IsInTheKernelsOfAll()
    {
        await DirectorGroup.PutAsync(A, "/service/web", Web);
        A.ReadKernel().Should().ContainSingle("it was answered");
        await DirectorGroup.PutAsync(B, "/service/web/b1", Backend);
        await DirectorGroup.PatientlyAsync(C, HttpMethod.Patch, "/service/web/b1", """{"weight":7}""");

        (await _group.AgreeAsync())["services"]!["web"]!["backends"]!["b1"]!["weight"]!.GetValue<int>().Should().Be(7);
        B.ReadKernel().Should().ContainSingle().Which.Destinations.Should().ContainSingle().Which.Destination.Weight.Should().Be(7);

        await DirectorGroup.PatientlyAsync(B, HttpMethod.Delete, "/service/web", null);
        (await _group.AgreeAsync())["services"]!.AsObject().Should().BeEmpty();
        C.ReadKernel().Should().BeEmpty();
    }

    [Fact]
    public async Task Edits_OfAll_AreAllKept_AndWhatDependsOnAnotherVersionIsRefused()
    {
        await DirectorGroup.PutAsync(A, "/service/web", Web);
        var etag = (await A.SendAsync(HttpMethod.Get, "/service/web", null)).Headers.ETag!.Tag;

        await Task.WhenAll(Enumerable.Range(1, 60).Select(number => DirectorGroup.PutAsync(_group[number % 3], $"/service/web/b{number}", $$"""{"host":"10.9.0.21","port":{{number}}}""")));

        (await _group.AgreeAsync())["services"]!["web"]!["backends"]!.AsObject().Should().HaveCount(60);
        using var request = new HttpRequestMessage(HttpMethod.Delete, "/service/web");
        request.Headers.TryAddWithoutValidation("If-Match", etag);
        (await C.Http.SendAsync(request, Stop)).StatusCode.Should().Be(HttpStatusCode.PreconditionFailed);
    }

    [Fact]
    public async Task Director_ThatWasAway_ConvergesByTheDifference()
    {
        await DirectorGroup.PutAsync(A, "/service/web", Web);
        await DirectorGroup.PutAsync(A, "/service/web/b1", Backend);
        await DirectorGroup.PutAsync(A, "/service/dns", """{"host":"10.9.0.100","port":53,"protocol":"udp"}""");
        await _group.AgreeAsync();
        await _group.StopAsync(2);
        await DirectorGroup.PutAsync(A, "/service/web/b2", """{"host":"10.9.0.22","port":8080}""");
        await DirectorGroup.PatientlyAsync(B, HttpMethod.Delete, "/service/dns", null);

        var before = _group.Kernel(2).Mutations;
        await _group.StartAsync(2);
        await _group.AgreeAsync();

        (_group.Kernel(2).Mutations - before).Should().Be(2, "one backend is added, one service is removed");
    }

    [Fact]
    public async Task Restart_WithoutAChange_SendsTheKernelNothing()
    {
        await DirectorGroup.PutAsync(A, "/service/web", Web);
        await DirectorGroup.PutAsync(A, "/service/web/b1", Backend);
        await _group.AgreeAsync();
        await _group.StopAsync(1);

        var before = _group.Kernel(1).Mutations;
        await DirectorGroup.JoinedAsync(await _group.StartAsync(1));
        await DirectorGroup.PutAsync(B, "/service/dns", """{"host":"10.9.0.100","port":53,"protocol":"udp"}""");

        (_group.Kernel(1).Mutations - before).Should().Be(1, "only the new service is added");
    }

    [Fact]
    public async Task WithoutEtcd_ReadsGoOn_WritesAreRefused_AndTheTableIsTheSameAfterwards()
    {
        await DirectorGroup.PutAsync(A, "/service/web", Web);
        await _group.AgreeAsync();
        Array.ForEach([.. etcd.Cables], static cable => cable.Cut());
        try
        {
            await DirectorGroup.StaleAsync(A);
            var read = await A.SendAsync(HttpMethod.Get, "/service/web", null);
            read.StatusCode.Should().Be(HttpStatusCode.OK);
            read.Headers.Should().Contain(static header => header.Key == "Gorb-Stale-Since");
            var write = await A.SendAsync(HttpMethod.Put, "/service/web/b1", Backend);
            write.StatusCode.Should().Be(HttpStatusCode.ServiceUnavailable);
            (await write.Content.ReadAsStringAsync(Stop)).Should().Contain("the cluster's table cannot be changed");

            await _group.StopAsync(1); // a director starts without etcd, from what it has saved
            await _group.StartAsync(1);
            (await B.SendAsync(HttpMethod.Get, "/service/web", null)).StatusCode.Should().Be(HttpStatusCode.OK);
            (await B.SendAsync(HttpMethod.Put, "/service/web/b1", Backend)).StatusCode.Should().Be(HttpStatusCode.ServiceUnavailable);
        }
        finally
        {
            Array.ForEach([.. etcd.Cables], static cable => cable.Heal());
        }

        var before = (_group.Kernel(0).Mutations, _group.Kernel(1).Mutations);
        await DirectorGroup.PutAsync(C, "/service/web/b2", Backend);
        (await _group.AgreeAsync())["services"]!["web"]!["backends"]!.AsObject().Should().ContainKey("b2");
        (_group.Kernel(0).Mutations - before.Item1, _group.Kernel(1).Mutations - before.Item2).Should().Be((1, 1), "only the difference is sent");
    }

    [Fact]
    public async Task Document_OfAThousandServices_IsAppliedAsAWhole_AtEveryDirector()
    {
        var seen = new HashSet<int>();
        using var end = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var watching = WatchAsync(B, seen, end.Token);

        await DirectorGroup.PutAsync(A, "/config", Large(1000, 10));

        await _group.AgreeAsync();
        await end.CancelAsync();
        await watching;
        seen.Should().BeSubsetOf([0, 1000]);
        C.ReadKernel().Should().HaveCount(1000).And.OnlyContain(static entry => entry.Destinations.Count == 10);
        await DirectorGroup.PutAsync(B, "/config", """{"services":{}}""");
        (await _group.AgreeAsync())["services"]!.AsObject().Should().BeEmpty();
    }

    [Fact]
    public async Task Edit_ThatThisKernelRefuses_IsTakenBackEverywhere()
    {
        await DirectorGroup.PutAsync(A, "/service/web", Web);
        _group.Kernel(0).Refuse = static request => request.IsMutation ? Errno.EINVAL : Errno.None;

        var answer = await A.SendAsync(HttpMethod.Put, "/service/dns", """{"host":"10.9.0.100","port":53,"protocol":"udp"}""");

        answer.IsSuccessStatusCode.Should().BeFalse();
        _group.Kernel(0).Refuse = static _ => Errno.None;
        (await _group.AgreeAsync())["services"]!.AsObject().Select(static service => service.Key).Should().Equal("web");
    }

    [Fact]
    public async Task Service_ThatAnotherKernelRefuses_IsShownThere_AndTriedAgain()
    {
        _group.Kernel(1).Refuse = static request => request.IsMutation ? Errno.EINVAL : Errno.None;

        await DirectorGroup.PutAsync(A, "/service/web", Web);

        await Poll.UntilAsync(async () => (await DirectorGroup.TableAsync(B)).GetProperty("refused").GetArrayLength() == 1, Stop);
        (await DirectorGroup.TableAsync(B)).GetProperty("refused")[0].GetProperty("service").GetString().Should().Be("web");
        await Poll.UntilAsync(async () => (await C.SendAsync(HttpMethod.Get, "/service/web", null)).StatusCode == HttpStatusCode.OK, Stop);
        _group.Kernel(1).Refuse = static _ => Errno.None;
        await DirectorGroup.PutAsync(A, "/service/web/b1", Backend);
        await _group.AgreeAsync();
    }

    [Fact]
    public async Task Drain_EndsWhenNoDirectorHasAConnection_AlsoWithoutTheOneWhereItBegan()
    {
        await DirectorGroup.PutAsync(A, "/service/web", Web);
        await DirectorGroup.PutAsync(A, "/service/web/b1", Backend);
        await _group.AgreeAsync();
        SetConnections(1, 3);

        await DirectorGroup.PatientlyAsync(A, HttpMethod.Delete, "/service/web/b1?drain=1h", null, HttpStatusCode.Accepted);
        await Poll.UntilAsync(() => Task.FromResult(_group.All.All(static daemon => daemon.ReadKernel().Single().Destinations is [{ Destination.Weight: 0 }])), Stop);
        await Poll.UntilAsync(() => Task.FromResult(Idle(B).Count == 2), Stop); // the two others have no connection
        B.ReadKernel().Single().Destinations.Should().ContainSingle();

        await _group.StopAsync(0);
        SetConnections(1, 0);
        await _group.AgreeAsync();
        await Poll.UntilAsync(() => Task.FromResult(_group.All.All(static daemon => daemon.ReadKernel().Single().Destinations.Count == 0)), Stop);
    }

    [Fact]
    public async Task Drain_EndsAtItsDeadline_WithoutEtcd_AndStaysEnded()
    {
        await DirectorGroup.PutAsync(A, "/service/web", Web);
        await DirectorGroup.PutAsync(A, "/service/web/b1", Backend);
        await _group.AgreeAsync();
        SetConnections(0, 3);
        await DirectorGroup.PatientlyAsync(B, HttpMethod.Delete, "/service/web/b1?drain=8s", null, HttpStatusCode.Accepted);
        await Poll.UntilAsync(() => Task.FromResult(A.ReadKernel().Single().Destinations is [] or [{ Destination.Weight: 0 }]), Stop);
        Array.ForEach([.. etcd.Cables], static cable => cable.Cut());
        try
        {
            await Poll.UntilAsync(() => Task.FromResult(A.ReadKernel().Single().Destinations.Count == 0), Stop);
            var mutations = _group.Kernel(0).Mutations;
            await DirectorGroup.StaleAsync(A);
            _group.Kernel(0).Mutations.Should().Be(mutations, "it does not come back");
        }
        finally
        {
            Array.ForEach([.. etcd.Cables], static cable => cable.Heal());
        }

        await Poll.UntilAsync(async () => (await C.SendAsync(HttpMethod.Put, "/service/web/b2", Backend)).StatusCode == HttpStatusCode.OK, Stop); // its place is free when the cluster's table learns of the end
        await Poll.UntilAsync(async () => (await _group.AgreeAsync())["services"]!["web"]!["backends"]!.AsObject().Select(static backend => backend.Key).SequenceEqual(["b2"]), Stop);
    }

    /// <summary>Verdicts and ends of drains change a director's table for as long as etcd is away.</summary>
    [Fact]
    public async Task WithoutEtcd_FormerVersionsOfTheTableAreForgotten()
    {
        await DirectorGroup.PutAsync(A, "/service/web", Web);
        Array.ForEach([.. etcd.Cables], static cable => cable.Cut());
        try
        {
            await DirectorGroup.StaleAsync(A);
            var former = new List<WeakReference>();
            for (ushort port = 1; port <= 3; port++)
            {
                former.Add(LatestVersion());
                await A.Service<TableWriter>().ChangeAsync(transaction => transaction.Put(TestDirector.Make("own", port)));
            }

            await Poll.UntilAsync(
                () =>
                {
                    GC.Collect();
                    return Task.FromResult(former.TrueForAll(static version => !version.IsAlive));
                }, Stop);
        }
        finally
        {
            Array.ForEach([.. etcd.Cables], static cable => cable.Heal());
        }
    }

    [Fact]
    public async Task Directors_AreShown_AndWhoStopsIsGoneAtOnce()
    {
        await DirectorGroup.PutAsync(A, "/service/web", Web);
        await Poll.UntilAsync(async () => await ShownAsync() is ["d0", "d1", "d2"], Stop);

        await _group.StopAsync(1);

        await Poll.UntilAsync(async () => await ShownAsync() is ["d0", "d2"], Stop);
    }

    [MethodImpl(MethodImplOptions.NoInlining)] // else the test keeps the version
    private WeakReference LatestVersion() => new(A.Service<TableWriter>().Latest);

    /// <summary>The directors that have the whole table, as the first one shows them.</summary>
    private async Task<string[]> ShownAsync() => [.. (await DirectorGroup.TableAsync(A)).GetProperty("directors").EnumerateArray()
        .Where(static director => !director.GetProperty("behind").GetBoolean() && director.GetProperty("revision").GetInt64() > 0).Select(static director => director.GetProperty("name").GetString()!)];

    /// <summary>The directors that tell of a drain without a connection.</summary>
    private static List<string> Idle(TestDaemon daemon) => [.. daemon.Service<ClusterState>().Directors.Where(static director => director.Value?.Idle.Count > 0).Select(static director => director.Key)];

    /// <summary>Sets the number of connections to the only backend in a director's kernel.</summary>
    private void SetConnections(int director, uint count) =>
        _group.Kernel(director).Table.Services.Single().Destinations.Single()[(ushort)Gorb.Ipvs.Wire.DestinationAttribute.InactiveConnections] = BitConverter.GetBytes(count);

    private static string Large(int services, int backends) => JsonSerializer.Serialize(new Dictionary<string, object>
    {
        ["services"] = Enumerable.Range(0, services).ToDictionary(static number => $"s{number}", number => (object)new Dictionary<string, object>
        {
            ["host"] = $"10.{number / 250}.{number % 250}.1",
            ["port"] = 80,
            ["backends"] = Enumerable.Range(0, backends).ToDictionary(static backend => $"b{backend}", static backend => (object)new Dictionary<string, object> { ["host"] = $"10.99.0.{backend + 1}", ["port"] = 8080 }),
        }),
    });

    /// <summary>Notes the numbers of services that a director has.</summary>
    private static async Task WatchAsync(TestDaemon daemon, HashSet<int> seen, CancellationToken end)
    {
        var writer = daemon.Service<Gorb.Writer.TableWriter>();
        void Note() => seen.Add(writer.Current.Services.Count);
        writer.Changed += Note;
        await Task.Delay(Timeout.Infinite, end).ContinueWith(static _ => { }, TaskScheduler.Default);
        writer.Changed -= Note;
    }
}
