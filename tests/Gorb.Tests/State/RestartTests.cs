using System.Net;
using Gorb.Ipvs;
using Gorb.Model;
using Gorb.State;
using Gorb.Tests.Api;

namespace Gorb.Tests.State;

/// <summary>The daemon restarts with the same state file and the same kernel.</summary>
public sealed class RestartTests : RestartTest
{
    private const string Web = """{"host": "10.9.0.100", "port": 80, "persistent": true, "pulse": {"type": "none"}}""";

    [Fact]
    public async Task Start_UnchangedKernel_SendsNothingAndShowsTheSame()
    {
        var before = "";
        await using (var daemon = await StartAsync())
        {
            await FillAsync(daemon);
            before = (await daemon.GetAsync("/service/web")).ToString() + await daemon.GetAsync("/service/web/b1");
        }

        var mutations = _kernel.Mutations;
        await using var again = await StartAsync();

        _kernel.Mutations.Should().Be(mutations);
        ((await again.GetAsync("/service/web")).ToString() + await again.GetAsync("/service/web/b1")).Should().Be(before);
    }

    [Fact]
    public async Task Start_EmptiedKernel_PutsEverythingBack()
    {
        await using (var daemon = await StartAsync())
        {
            await FillAsync(daemon);
        }

        var table = ReadKernel();
        _kernel.Table.Flush();
        await using var again = await StartAsync();

        ReadKernel().Should().BeEquivalentTo(table, options => options.WithoutStrictOrdering());
    }

    [Fact]
    public async Task Start_OneWeightChanged_SendsOneMessage()
    {
        await using (var daemon = await StartAsync())
        {
            await FillAsync(daemon);
            daemon.ChangeKernel(kernel => kernel.Apply([new IpvsChange.UpdateDestination(
                ServiceKey.ForAddress(TransportProtocol.Tcp, IPAddress.Parse("10.9.0.100"), 80),
                new Destination(new DestinationKey(IPAddress.Parse("10.9.0.21"), 80)) { Weight = 7 })]));
        }

        var mutations = _kernel.Mutations;
        await using var again = await StartAsync();

        _kernel.Mutations.Should().Be(mutations + 1);
        ReadKernel().Single().Destinations.Select(entry => entry.Destination.Weight).Should().BeEquivalentTo([100, 50]);
    }

    [Fact]
    public async Task Start_AfterDelete_DoesNotBringItBack()
    {
        await using (var daemon = await StartAsync())
        {
            await FillAsync(daemon);
            await daemon.DeleteAsync("/service/web/b1");
            await daemon.PutAsync("/service/dns", """{"host": "10.9.0.100", "port": 53, "protocol": "udp"}""");
            await daemon.DeleteAsync("/service/dns");
        }

        _kernel.Table.Flush();
        await using var again = await StartAsync();

        ReadKernel().Single().Destinations.Select(entry => entry.Destination.Key.ToString()).Should().Equal("10.9.0.22:80");
        (await again.GetAsync("/service")).GetArrayLength().Should().Be(1);
    }

    [Fact]
    public async Task Start_AfterRefusedPut_DoesNotBringItBack()
    {
        _kernel.Table.Schedulers.Remove("lblcr");
        await using (var daemon = await StartAsync())
        {
            var answer = await daemon.SendAsync(HttpMethod.Put, "/service/web", """{"host": "10.9.0.100", "port": 80, "method": "lblcr"}""");
            answer.StatusCode.Should().Be(HttpStatusCode.InternalServerError);
        }

        _kernel.Table.Schedulers.Add("lblcr");
        await using var again = await StartAsync();

        ReadKernel().Should().BeEmpty();
        (await again.GetAsync("/service")).GetArrayLength().Should().Be(0);
    }

    /// <summary>The daemon was killed after it saved changes and before it sent them: one service to add, one service to remove, one backend to remove.</summary>
    [Fact]
    public async Task Start_SavedButNotInTheKernel_Converges()
    {
        await using (var daemon = await StartAsync())
        {
            await FillAsync(daemon);
            await daemon.PutAsync("/service/old", """{"host": "10.9.0.100", "port": 81}""");
        }

        AddForeign("10.9.0.200");
        using (var store = SqliteStore.Open(_file.Path))
        {
            var table = store.Load().Table;
            var (web, old) = (table.Find("web")!, table.Find("old")!);
            store.Commit(new StateDelta
            {
                Services =
                [
                    new ServiceChange("old", old, null),
                    new ServiceChange("web", web, web with { Backends = web.Backends.Without("b1") }),
                    new ServiceChange("new", null, Service.Create("new", web.Spec with { Key = Key("10.9.0.100", 82) })),
                ],
                Left = [new LedgerKey("ipvs", $"{old.Spec.Key}"), new LedgerKey("ipvs", $"{web.Spec.Key} {web.Backends["b1"].Spec.Key}")],
            });
        }

        await using (var again = await StartAsync())
        {
            ReadKernel().Select(Text).Should().BeEquivalentTo(
                "tcp/10.9.0.100:80 10.9.0.22:80", "tcp/10.9.0.100:82", "tcp/10.9.0.200:80 10.9.0.99:80");
            await again.PutAsync("/service/dns", """{"host": "10.9.0.100", "port": 53, "protocol": "udp"}"""); // the next commit also removes the leftovers
        }

        using var after = SqliteStore.Open(_file.Path);
        after.Load().Leftovers.Should().BeEmpty();
    }

    /// <summary>A service that Gorb deleted and another program added again is unmanaged.</summary>
    [Fact]
    public async Task Start_DeletedAndMadeAgainByOthers_LeavesItAlone()
    {
        await using (var daemon = await StartAsync())
        {
            await FillAsync(daemon);
            await daemon.DeleteAsync("/service/web");
        }

        AddForeign("10.9.0.100");
        var mutations = _kernel.Mutations;
        await using var again = await StartAsync();

        _kernel.Mutations.Should().Be(mutations);
        ReadKernel().Select(Text).Should().Equal("tcp/10.9.0.100:80 10.9.0.99:80");
    }

    [Fact]
    public async Task Start_WithoutKernel_ServesAndCatchesUpWhenItIsThere()
    {
        await using (var daemon = await StartAsync())
        {
            await FillAsync(daemon);
        }

        _kernel.Table.Flush();
        _kernel.IsLoaded = false;
        await using var again = await StartAsync();
        (await again.GetAsync("/service")).GetArrayLength().Should().Be(1);
        (await again.SendAsync(HttpMethod.Delete, "/service/web/b1", null)).StatusCode.Should().Be(HttpStatusCode.ServiceUnavailable);

        _kernel.IsLoaded = true;
        await again.DeleteAsync("/service/web/b1");

        ReadKernel().Select(Text).Should().Equal("tcp/10.9.0.100:80 10.9.0.22:80");
    }

    private static async Task FillAsync(TestDaemon daemon)
    {
        await daemon.PutAsync("/service/web", Web);
        await daemon.PutAsync("/service/web/b1", """{"host": "10.9.0.21", "port": 80}""");
        await daemon.PutAsync("/service/web/b2", """{"host": "10.9.0.22", "port": 80, "weight": 50}""");
    }

    private void AddForeign(string address)
    {
        using var client = IpvsClient.Create(_kernel.Open);
        client.Apply([
            new IpvsChange.AddService(new VirtualService(Key(address, 80))),
            new IpvsChange.AddDestination(Key(address, 80), new Destination(new DestinationKey(IPAddress.Parse("10.9.0.99"), 80)))])
            .Should().OnlyContain(result => result.Succeeded);
    }

    private static string Text(TableEntry entry) =>
        string.Join(' ', [entry.Service.Service.Key.ToString(), .. entry.Destinations.Select(destination => destination.Destination.Key.ToString()).Order()]);
}
