using System.Net;
using Gorb.Ipvs;
using Gorb.Ipvs.Wire;
using Gorb.Model;
using Gorb.Targets;
using Gorb.Tests.Api;
using Gorb.Tests.State;
using Gorb.Writer;
using Microsoft.Extensions.DependencyInjection;

namespace Gorb.Tests.Targets;

/// <summary>The writer treats a second target like the kernel's table.</summary>
public sealed class SecondTargetTests : IAsyncLifetime
{
    private readonly BrittleStore _store = new();
    private readonly FakeAddresses _addresses = new();
    private readonly AddressTarget _target;
    private readonly TestDaemon _daemon;
    private readonly List<string> _order = [];

    public SecondTargetTests()
    {
        _target = new AddressTarget(_addresses);
        _daemon = new TestDaemon { Configure = services => services.AddSingleton<IStateStore>(_store).AddSingleton<ITarget>(_target) };
        _addresses.OnChange = _order.Add;
    }

    public ValueTask InitializeAsync() => _daemon.InitializeAsync();

    public ValueTask DisposeAsync() => _daemon.DisposeAsync();

    [Fact]
    public async Task Change_OfBoth_IsOneCommit_AddressesFirstAndLast()
    {
        _daemon.Kernel.Refuse = request => Note(request.IpvsCommand);
        var commits = _store.Commits;

        await _daemon.PutAsync("/service/web", Body(100));
        _order.Should().Equal("add 10.9.0.100", "NewService");
        (_store.Commits - commits).Should().Be(1);

        _order.Clear();
        await _daemon.PatchAsync("/service/web", """{"host": "10.9.0.101"}""");
        _order.Should().Equal("add 10.9.0.101", "NewService", "DeleteService", "remove 10.9.0.100");

        _order.Clear();
        await _daemon.DeleteAsync("/service/web");
        _order.Should().Equal("DeleteService", "remove 10.9.0.101");
    }

    [Fact]
    public async Task RefusalOfTheSecond_UndoesThatRequestInBoth_AndTheOthersStand()
    {
        _addresses.Refuses = static address => address == "10.9.0.102";

        var (web, shop, mail) = InOneBatch(Put("web", 101), Put("shop", 102), Put("mail", 103));

        (await shop.Awaiting(static change => change).Should().ThrowAsync<RequestException>()).Which.Problems.Should().ContainSingle().Which.Text.Should().Contain("the host refuses it");
        await web;
        await mail;
        ExpectBoth("10.9.0.101", "10.9.0.103");
        _store.Services.Should().Equal("mail", "web");
    }

    [Fact]
    public async Task RefusalOfTheKernel_UndoesThatRequestInBoth_AndTheOthersStand()
    {
        _daemon.Kernel.Refuse = static request => request.IpvsCommand == IpvsCommand.NewService && request.Nest(CommandAttribute.Service)![(ushort)ServiceAttribute.Address][3] == 102 ? Errno.ENOMEM : Errno.None;

        var (web, shop, mail) = InOneBatch(Put("web", 101), Put("shop", 102), Put("mail", 103));

        (await shop.Awaiting(static change => change).Should().ThrowAsync<RequestException>()).Which.Refusal.Should().Be(Refusal.Kernel);
        await web;
        await mail;
        ExpectBoth("10.9.0.101", "10.9.0.103");
        _store.Services.Should().Equal("mail", "web");
    }

    /// <summary>A refusal by the second target prevents a move before the kernel cuts the service's connections.</summary>
    [Fact]
    public async Task RefusalOfTheSecond_DoesNotTouchTheKernel()
    {
        await _daemon.PutAsync("/service/web", Body(100));
        var mutations = _daemon.Kernel.Mutations;
        _addresses.Refuses = static _ => true;

        (await _daemon.SendAsync(HttpMethod.Patch, "/service/web", """{"host": "10.9.0.101"}""")).StatusCode.Should().Be(HttpStatusCode.InternalServerError);

        _daemon.Kernel.Mutations.Should().Be(mutations);
        ExpectBoth("10.9.0.100");
    }

    [Fact]
    public async Task LostAnswersOfTheSecond_AreMadeUpForByALook()
    {
        _addresses.LoseAnswers = 1;

        await _daemon.PutAsync("/service/web", Body(100));

        ExpectBoth("10.9.0.100");
        _store.Services.Should().Equal("web");
    }

    [Fact]
    public async Task LostAnswersOfTheKernel_LeaveTheSecondDone()
    {
        _daemon.Kernel.LoseReplies = 1;

        await _daemon.PutAsync("/service/web", Body(100));

        ExpectBoth("10.9.0.100");
    }

    [Fact]
    public async Task KernelThatCannotBeReached_UndoesTheSecond_BeforeTheAnswer()
    {
        _daemon.Kernel.IsLoaded = false;

        (await _daemon.SendAsync(HttpMethod.Put, "/service/web", Body(100))).StatusCode.Should().Be(HttpStatusCode.ServiceUnavailable);
        _addresses.Present.Should().BeEmpty();
        _store.Services.Should().BeEmpty();

        _daemon.Kernel.IsLoaded = true;
        await _daemon.PutAsync("/service/web", Body(100));
        ExpectBoth("10.9.0.100");
    }

    [Fact]
    public async Task SecondThatCannotBeReached_RefusesWithItsReason_AndHoldsUpNoComparisonOfTheKernel()
    {
        await _daemon.PutAsync("/service/web", Body(100));
        _addresses.IsReachable = false;

        (await _daemon.SendAsync(HttpMethod.Put, "/service/shop", Body(101))).StatusCode.Should().Be(HttpStatusCode.ServiceUnavailable);
        _target.Reports[^1].Should().Contain("try later");
        _daemon.Kernel.Table.Flush();
        await CompareAsync();
        _daemon.ReadKernel().Should().ContainSingle();

        _addresses.IsReachable = true;
        await _daemon.PutAsync("/service/shop", Body(101));
        ExpectBoth("10.9.0.100", "10.9.0.101");
        _target.Reports[^1].Should().BeNull();
    }

    [Fact]
    public async Task DriftOfTheSecond_IsRepairedCountedAndTold_AndWhatOthersMadeStays()
    {
        await _daemon.PutAsync("/service/web", Body(100));
        await using var events = _daemon.Service<EventHub>().ListenAsync(TestContext.Current.CancellationToken).GetAsyncEnumerator(TestContext.Current.CancellationToken);
        await events.MoveNextAsync(); // the greeting
        _addresses.Change(static present => present.Remove("10.9.0.100"));
        _addresses.Change(static present => present.Add("192.0.2.7"));

        await CompareAsync();

        _addresses.Present.Should().Equal("10.9.0.100", "192.0.2.7");
        _daemon.Service<TableWriter>().Repairs.Should().Be(1);
        await events.MoveNextAsync();
        (events.Current.Type, events.Current.Service, events.Current.Text).Should().Be(("repair", "web", "something else changed the host's addresses; repaired: added 10.9.0.100"));
    }

    /// <summary>Another program removes an address after each repair: that entry is contested, as in the kernel's table.</summary>
    [Fact]
    public async Task ContestOfTheSecond_IsToldInItsWords()
    {
        await _daemon.PutAsync("/service/web", Body(100));
        for (var i = 0; i < 4; i++)
        {
            _addresses.Change(static present => present.Remove("10.9.0.100"));
            await CompareAsync();
        }

        _addresses.Present.Should().BeEmpty("the fourth repair waits");
        _daemon.Service<TableWriter>().Contested.Should().ContainSingle().Which.Should().Contain("10.9.0.100").And.Contain("a script with ip address");
    }

    private static string Body(int host) => $$"""{"host": "10.9.0.{{host}}", "port": 80}""";

    private static Action<Transaction> Put(string name, int host) => transaction => transaction.Put(
        Service.Create(name, new ServiceSpec { Key = ServiceKey.ForAddress(TransportProtocol.Tcp, IPAddress.Parse($"10.9.0.{host}"), 80) }));

    private (Task First, Task Second, Task Third) InOneBatch(Action<Transaction> first, Action<Transaction> second, Action<Transaction> third)
    {
        using var held = new HeldWriter(_daemon);
        var tableWriter = _daemon.Service<TableWriter>();
        return (tableWriter.ChangeAsync(first), tableWriter.ChangeAsync(second), tableWriter.ChangeAsync(third));
    }

    /// <summary>Expects both targets to have exactly the services of these addresses.</summary>
    private void ExpectBoth(params string[] addresses)
    {
        _addresses.Present.Should().Equal(addresses);
        _daemon.ReadKernel().Select(entry => entry.Service.Service.Key.Address!.ToString()).Order(StringComparer.Ordinal).Should().Equal(addresses);
    }

    private Errno Note(IpvsCommand command)
    {
        if (command is IpvsCommand.NewService or IpvsCommand.DeleteService)
        {
            _order.Add($"{command}");
        }

        return Errno.None;
    }

    private async Task CompareAsync()
    {
        _daemon.Service<TableWriter>().RequestResync();
        await _daemon.Service<TableWriter>().ChangeAsync(static _ => { }); // queued behind the request's wake-up of the writer, so it completes after the comparison
    }
}
