using System.Net;
using Gorb.Cluster;
using Gorb.Ipvs;
using Gorb.Model;
using Gorb.Tests.Etcd;

namespace Gorb.Tests.Cluster;

/// <summary>A director and a cluster come together without losing a table.</summary>
[Collection(EtcdCollection.Name)]
public sealed class JoinTests(EtcdCluster etcd) : IAsyncDisposable
{
    private const string Web = """{"host":"10.9.0.100","port":80}""", Dns = """{"host":"10.9.0.100","port":53,"protocol":"udp"}""";

    private readonly DirectorGroup _group = new(etcd);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _group.DisposeAsync();

    [Fact]
    public async Task FirstDirector_BringsItsTable_WhenItIsTold_AndLaterOnesTakeIt_AndSaveTheirs()
    {
        await (await _group.AddAsync(joins: false)).PutAsync("/service/web", Web);
        await (await _group.AddAsync(joins: false)).PutAsync("/service/dns", Dns);
        await _group.StopAsync(0);
        await _group.StopAsync(1);

        var waiting = await _group.StartAsync(1);
        await DirectorGroup.StaleAsync(waiting, "has no table yet: start one director with --cluster-init");
        (await waiting.SendAsync(HttpMethod.Put, "/service/web", Web)).StatusCode.Should().Be(HttpStatusCode.ServiceUnavailable);
        (await waiting.SendAsync(HttpMethod.Get, "/service/dns", null)).StatusCode.Should().Be(HttpStatusCode.OK, "its own table goes on");

        var first = _group.Kernel(0).Mutations;
        await DirectorGroup.JoinedAsync(await _group.StartAsync(0, brings: true));
        await DirectorGroup.JoinedAsync(waiting);

        (await _group.AgreeAsync())["services"]!.AsObject().Select(static service => service.Key).Should().Equal("web");
        _group.Kernel(0).Mutations.Should().Be(first, "the table was there");
        var saved = Directory.GetFiles(Path.GetDirectoryName(_group.File(1))!, "*.before-*").Should().ContainSingle().Which;
        (await File.ReadAllTextAsync(saved, Stop)).Should().Contain("\"dns\"").And.NotContain("\"web\"");
    }

    [Fact]
    public async Task Directors_WithoutATable_MakeTheClusterTogether()
    {
        for (var number = 0; number < 3; number++)
        {
            await _group.AddAsync();
        }

        foreach (var director in _group.All)
        {
            await DirectorGroup.JoinedAsync(director);
        }

        await DirectorGroup.PutAsync(_group[2], "/service/web", Web);
        (await _group.AgreeAsync())["services"]!.AsObject().Should().ContainSingle();
    }

    [Fact]
    public async Task Director_WithAnotherTable_IsNotTakenForTheFirst()
    {
        var first = await _group.AddAsync(brings: true);
        await DirectorGroup.JoinedAsync(first);
        await DirectorGroup.PutAsync(first, "/service/web", Web);
        await (await _group.AddAsync(joins: false)).PutAsync("/service/dns", Dns);
        await _group.StopAsync(1);

        await DirectorGroup.StaleAsync(await _group.StartAsync(1, brings: true), "have different tables: leave out --cluster-init");
        _group[1].ReadKernel().Should().ContainSingle().Which.Service.Service.Key.Port.Should().Be(53);
    }

    [Fact]
    public async Task Etcd_ThatWasSetUpAnew_EmptiesNoDirector()
    {
        await DirectorGroup.JoinedAsync(await _group.AddAsync());
        await DirectorGroup.PutAsync(_group[0], "/service/web", Web);
        var keys = new ClusterKeys((await DirectorGroup.TableAsync(_group[0])).GetProperty("cluster").GetString()!);
        using var client = EtcdCluster.Client([etcd.Direct]);
        await client.CommitAsync(new Gorb.Etcd.EtcdTransaction().Delete(Gorb.Etcd.KeyRange.Prefix($"/gorb/{keys.Cluster}/")), cancel: Stop);

        await DirectorGroup.StaleAsync(_group[0], "is not in etcd any more");
        _group[0].ReadKernel().Should().ContainSingle();
        await _group.StopAsync(0);
        await DirectorGroup.StaleAsync(await _group.StartAsync(0), "is not in etcd any more"); // it remembers the cluster
        _group[0].ReadKernel().Should().ContainSingle();

        await _group.StopAsync(0);
        await DirectorGroup.JoinedAsync(await _group.StartAsync(0, brings: true));
        await DirectorGroup.JoinedAsync(await _group.AddAsync());
        (await _group.AgreeAsync())["services"]!.AsObject().Should().ContainSingle();
    }

    /// <summary>Each way in which a director and a cluster can meet.</summary>
    [Theory]
    [InlineData(null, false, false, null, false, JoinStep.Bring, null)]
    [InlineData(null, false, true, null, true, JoinStep.Bring, null)]
    [InlineData(null, false, true, null, false, JoinStep.Wait, "has no table yet")]
    [InlineData(null, false, false, "x", false, JoinStep.Wait, "is not in etcd any more")]
    [InlineData(null, false, true, "x", true, JoinStep.Bring, null)]
    [InlineData("x", true, true, "x", false, JoinStep.Follow, null)]
    [InlineData("x", false, true, "x", true, JoinStep.Follow, null)]
    [InlineData("x", true, false, null, true, JoinStep.Follow, null)]
    [InlineData("x", true, true, null, false, JoinStep.Replace, null)]
    [InlineData("x", true, true, null, true, JoinStep.Wait, "have different tables")]
    [InlineData("x", false, true, null, true, JoinStep.Bring, null)]
    [InlineData("x", false, true, null, false, JoinStep.Wait, "is empty, and this director has 1 services")]
    [InlineData("x", false, true, "y", false, JoinStep.Wait, "is empty, and this director has 1 services")]
    [InlineData("x", true, true, "y", false, JoinStep.Wait, "is another one than this director's")]
    public void Decision_GivesUpNoTableWithoutAWord(string? identity, bool sharesServices, bool hasServices, string? known, bool brings, object step, string? problem)
    {
        var shared = SharedTable.Empty with { Table = sharesServices ? Table.Empty.With(Service("web", 1)) : Table.Empty };
        if (identity is not null)
        {
            var keys = new ClusterKeys("lb");
            shared = shared.After(keys, new Gorb.Etcd.WatchChanges(1, [new(keys.Identity, new(keys.Identity, TableIdentity.Write(identity), 1, 1, 0), 1)]));
        }

        var decision = JoinDecision.Of("lb", shared, hasServices ? Table.Empty.With(Service("dns", 2)) : Table.Empty, known, brings, "/f");

        decision.Step.Should().Be((JoinStep)step);
        (problem is null ? decision.Problem is null : decision.Problem!.Contains(problem, StringComparison.Ordinal)).Should().BeTrue(decision.Problem);
    }

    private static Service Service(string name, uint mark) =>
        Model.Service.Create(name, new ServiceSpec { Key = ServiceKey.ForFirewallMark(mark, System.Net.Sockets.AddressFamily.InterNetwork), Host = "" });
}
