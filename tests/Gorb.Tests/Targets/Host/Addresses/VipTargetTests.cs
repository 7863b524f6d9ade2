using System.Net;
using Gorb.Ipvs;
using Gorb.Ipvs.Addresses;
using Gorb.Ipvs.Wire;
using Gorb.Model;
using Gorb.State;
using Gorb.Targets.Host.Addresses;
using Gorb.Tests.Api;
using Gorb.Tests.State;
using Gorb.Writer;
using Microsoft.Extensions.DependencyInjection;

namespace Gorb.Tests.Targets.Host.Addresses;

/// <summary>Addresses of services come with the first service and go with the last, and only those that Gorb added.</summary>
public sealed class VipTargetTests : IAsyncDisposable
{
    private readonly FakeNetwork _network = new();
    private readonly TemporaryFile _state = new();
    private readonly TemporaryFile _crashed = new();
    private readonly ManualTime _time = new();
    private TestDaemon? _daemon;

    private TestDaemon Daemon => _daemon ?? throw new InvalidOperationException("no daemon");

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _state.Dispose();
        _crashed.Dispose();
    }

    [Fact]
    public async Task TwoServicesOfOneAddress_AddItOnce_AndTheLastRemovesIt()
    {
        await StartAsync();
        await Daemon.PutAsync("/service/web", Body(80));
        await Daemon.PutAsync("/service/tls", Body(443));
        await Daemon.PutAsync("/service/six", Body(80, "fd00:9::100"));
        await Daemon.PutAsync("/service/mark", """{"fwmark": 7}""");
        _network.Held.Should().Equal("10.9.0.100 on gorb0", "fd00:9::100 on gorb0");

        await Daemon.DeleteAsync("/service/web");
        _network.Held.Should().Contain("10.9.0.100 on gorb0");

        await Daemon.DeleteAsync("/service/tls");
        await Daemon.DeleteAsync("/service/six");
        _network.Held.Should().BeEmpty();
        Changes.Should().Equal("make gorb0", "add 10.9.0.100 to gorb0", "add fd00:9::100 to gorb0", "remove 10.9.0.100 from gorb0", "remove fd00:9::100 from gorb0");
    }

    [Fact]
    public async Task AddressThatWasThereBefore_OnAnyDevice_IsNeverGorbs()
    {
        _network.Hold("eth0", "10.9.0.100");
        await StartAsync();
        await Daemon.PutAsync("/service/web", Body(80));
        await Daemon.PutAsync("/service/own", Body(80, "10.9.0.1")); // the host's own address, with the prefix of its subnet
        await Daemon.PutAsync("/service/loop", Body(80, "127.0.0.1"));
        await CompareAsync();
        await Daemon.DeleteAsync("/service/web");
        await Daemon.DeleteAsync("/service/own");
        await CompareAsync();

        _network.Held.Should().Equal("10.9.0.100 on eth0");
        Changes.Should().Equal("make gorb0");
    }

    [Fact]
    public async Task Move_AddsBeforeItRemoves_AndTheServiceIsBetween()
    {
        await StartAsync();
        await Daemon.PutAsync("/service/web", Body(80));
        Daemon.Kernel.Refuse = request => Note(request.IpvsCommand);
        _network.Log.Clear();

        await Daemon.PatchAsync("/service/web", """{"host": "10.9.0.101"}""");

        Changes.Should().Equal("add 10.9.0.101 to gorb0", "NewService", "DeleteService", "remove 10.9.0.100 from gorb0");
    }

    /// <summary>The state file as a crash leaves it: the address is owned, and was or was not added; the service is or is not wanted.</summary>
    [Theory]
    [InlineData(true, false, "10.9.0.100 on gorb0")]
    [InlineData(true, true, "10.9.0.100 on gorb0")]
    [InlineData(false, true)]
    [InlineData(false, false)]
    public async Task Crash_BetweenAddressAndService_IsMadeUpFor(bool isWanted, bool isThere, params string[] after)
    {
        using (var store = SqliteStore.Open(_state.Path))
        {
            store.Commit(new StateDelta { Left = [new LedgerKey("vips", "gorb0 10.9.0.100 boot1")] });
        }

        if (isThere)
        {
            _network.AddLink("gorb0", isUp: true, usesArp: false);
            _network.Hold("gorb0", "10.9.0.100");
        }

        await StartAsync();
        if (isWanted)
        {
            await Daemon.PutAsync("/service/web", Body(80));
        }

        _network.Held.Should().Equal(after);
        (await OwnedAsync()).Should().Equal(after.Select(static _ => "gorb0 10.9.0.100 boot1"));
    }

    /// <summary>The daemon is killed when the kernel is asked to add the address: the state file knows it.</summary>
    [Fact]
    public async Task Ownership_IsSavedBeforeTheAddressIsAdded_AlsoByARepair()
    {
        await StartAsync(device: null);
        await Daemon.PutAsync("/service/web", Body(80));
        _network.Held.Should().BeEmpty("no device is given");
        await StopAsync();
        _network.Refuse = CopyState;

        await StartAsync();
        _network.Held.Should().Equal("10.9.0.100 on gorb0");
        Owned(_crashed).Should().Equal("gorb0 10.9.0.100 boot1");

        await Daemon.PutAsync("/service/shop", Body(80, "10.9.0.101"));
        Owned(_crashed).Should().Equal("gorb0 10.9.0.100 boot1", "gorb0 10.9.0.101 boot1");
    }

    [Fact]
    public async Task AfterAReboot_AnAddressThatIsThereIsAnothersPrograms()
    {
        await StartAsync();
        await Daemon.PutAsync("/service/web", Body(80));
        await StopAsync();
        _network.Boot = "boot2";

        await StartAsync();
        await Daemon.DeleteAsync("/service/web");

        _network.Held.Should().Equal("10.9.0.100 on gorb0");
    }

    [Fact]
    public async Task WithoutTheOption_OwnedAddressesStay_UntilTheirLastServiceGoes()
    {
        await StartAsync();
        await Daemon.PutAsync("/service/web", Body(80));
        await Daemon.PutAsync("/service/shop", Body(80, "10.9.0.101"));
        await StopAsync();

        await StartAsync(device: null);
        _network.Held.Should().Equal("10.9.0.100 on gorb0", "10.9.0.101 on gorb0");
        await Daemon.PutAsync("/service/late", Body(80, "10.9.0.102"));
        await Daemon.DeleteAsync("/service/web");

        _network.Held.Should().Equal("10.9.0.101 on gorb0");
    }

    [Fact]
    public async Task AnotherDevice_GetsTheAddresses_BeforeTheOldOneLosesThem()
    {
        await StartAsync();
        await Daemon.PutAsync("/service/web", Body(80));
        await StopAsync();
        _network.Log.Clear();

        await StartAsync("eth0");

        Changes.Should().Equal("add 10.9.0.100 to eth0", "remove 10.9.0.100 from gorb0");
        (await OwnedAsync()).Should().Equal("eth0 10.9.0.100 boot1");
    }

    [Fact]
    public async Task AnotherDevice_ThatDoesNotExist_LeavesTheAddressesWhereTheyAre()
    {
        await StartAsync();
        await Daemon.PutAsync("/service/web", Body(80));
        await StopAsync();

        await StartAsync("eth7");

        _network.Held.Should().Equal("10.9.0.100 on gorb0");
    }

    [Fact]
    public async Task DeviceThatAppearsLater_IsTaken()
    {
        await StartAsync("eth7");
        var answer = await Daemon.SendAsync(HttpMethod.Put, "/service/web", Body(80));
        answer.StatusCode.Should().Be(HttpStatusCode.InternalServerError);
        (await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).Should().Contain("no network device 'eth7'");
        Daemon.ReadKernel().Should().BeEmpty();

        _network.AddLink("eth7", isUp: true);
        await Daemon.PutAsync("/service/web", Body(80));

        _network.Held.Should().Equal("10.9.0.100 on eth7");
    }

    [Theory]
    [InlineData(Errno.EPERM, "CAP_NET_ADMIN")]
    [InlineData(Errno.EINVAL, "EINVAL")]
    public async Task Refusal_FailsTheRequest_AndNothingIsOwned(Errno errno, string reason)
    {
        await StartAsync();
        _network.Refuse = operation => operation.StartsWith("add", StringComparison.Ordinal) ? errno : Errno.None;

        var answer = await Daemon.SendAsync(HttpMethod.Put, "/service/web", Body(80));

        (await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).Should().Contain("10.9.0.100: cannot be added to gorb0").And.Contain(reason);
        (await OwnedAsync()).Should().BeEmpty();
    }

    [Fact]
    public async Task RefusalOfTheService_RemovesItsAddress()
    {
        await StartAsync();
        Daemon.Kernel.Refuse = static request => request.IpvsCommand == IpvsCommand.NewService ? Errno.ENOMEM : Errno.None;

        (await Daemon.SendAsync(HttpMethod.Put, "/service/web", Body(80))).StatusCode.Should().Be(HttpStatusCode.InternalServerError);

        _network.Held.Should().BeEmpty();
        (await OwnedAsync()).Should().BeEmpty();
    }

    [Fact]
    public async Task AddressThatIsRemoved_ComesBackOnTheNotice_AndIsContestedAtTheFourthTime()
    {
        await StartAsync();
        await Daemon.PutAsync("/service/web", Body(80));
        await CompareAsync(); // changes until the first comparison do not count
        for (var i = 0; i < 3; i++)
        {
            await RemoveAsync();
            _network.Held.Should().ContainSingle();
        }

        await RemoveAsync();
        _network.Held.Should().BeEmpty();
        Daemon.Service<TableWriter>().Contested.Should().ContainSingle().Which.Should().Contain("the address 10.9.0.100");

        async Task RemoveAsync()
        {
            _network.Drop("10.9.0.100");
            await NotifyAsync(new AddressNotice { Removed = [IPAddress.Parse("10.9.0.100")] });
        }
    }

    [Fact]
    public async Task LinkThatFlaps_GetsItsAddressesBackEachTime()
    {
        await StartAsync("eth0");
        await Daemon.PutAsync("/service/web", Body(80, "fd00:9::100"));
        await CompareAsync();
        for (var i = 0; i < 5; i++)
        {
            await NotifyAsync(new AddressNotice { Links = [_network.Set("eth0", isUp: false), _network.Set("eth0", isUp: true)] });
            _network.Held.Should().Equal("fd00:9::100 on eth0");
        }

        Daemon.Service<TableWriter>().Contested.Should().BeEmpty();
    }

    [Fact]
    public async Task LostNotices_LeadToAComparison()
    {
        await StartAsync();
        await Daemon.PutAsync("/service/web", Body(80));
        _network.RemoveLink("gorb0");

        await NotifyAsync(new AddressNotice { IsLossy = true });

        _network.Held.Should().Equal("10.9.0.100 on gorb0");
    }

    [Fact]
    public async Task ManyServices_AreCountedByEachChange()
    {
        await StartAsync();
        var services = string.Join(",", Enumerable.Range(1, 200).Select(static i => $$"""
            "s{{i}}": {"host": "10.9.1.{{i}}", "port": 80}, "t{{i}}": {"host": "10.9.1.{{i}}", "port": 443}
            """));
        await Daemon.PutAsync("/config", $$"""{"services": { {{services}} } }""");
        _network.Held.Count.Should().Be(200);

        await Daemon.PutAsync("/config", """{"services": {"s7": {"host": "10.9.1.7", "port": 80}, "new": {"host": "10.9.1.8", "port": 81} } }""");

        _network.Held.Should().Equal("10.9.1.7 on gorb0", "10.9.1.8 on gorb0");
    }

    private IEnumerable<string> Changes => _network.Log.Where(static line => !line.StartsWith("announce", StringComparison.Ordinal));

    private static string Body(int port, string host = "10.9.0.100") => $$"""{"host": "{{host}}", "port": {{port}}}""";

    private async Task StartAsync(string? device = VipOptions.Dummy)
    {
        _daemon = new TestDaemon
        {
            State = _state.Path,
            VipInterface = device,
            Configure = services => services.AddSingleton(_network.Host).AddSingleton<TimeProvider>(_time),
        };
        await _daemon.InitializeAsync();
    }

    private async Task StopAsync()
    {
        if (_daemon is not null)
        {
            await _daemon.DisposeAsync();
            _daemon = null;
        }
    }

    /// <summary>Sends a notice and waits for the comparison that it leads to.</summary>
    private async Task NotifyAsync(AddressNotice notice)
    {
        var watch = Daemon.Service<AddressWatch>();
        var noted = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Action<AddressNotice> note = _ => noted.TrySetResult(); // the last handler: the comparison is requested by then
        watch.Noticed += note;
        _network.Notify(notice);
        await noted.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        watch.Noticed -= note;
        _time.Advance(TimeSpan.FromMilliseconds(50));
        await Daemon.Service<TableWriter>().ChangeAsync(static _ => { });
    }

    private async Task CompareAsync()
    {
        Daemon.Service<TableWriter>().RequestResync();
        await Daemon.Service<TableWriter>().ChangeAsync(static _ => { });
    }

    private async Task<IReadOnlyList<string>> OwnedAsync()
    {
        await StopAsync();
        return Owned(_state);
    }

    private static IReadOnlyList<string> Owned(TemporaryFile file)
    {
        using var store = SqliteStore.Open(file.Path);
        return [.. store.Load().Leftovers.Select(static left => left.Key).Order(StringComparer.Ordinal)];
    }

    private Errno CopyState(string operation)
    {
        if (operation.StartsWith("add", StringComparison.Ordinal))
        {
            _crashed.Write(File.ReadAllBytes(_state.Path));
            File.Copy(_state.Path + "-wal", _crashed.Path + "-wal", overwrite: true);
        }

        return Errno.None;
    }

    private Errno Note(IpvsCommand command)
    {
        if (command is IpvsCommand.NewService or IpvsCommand.DeleteService)
        {
            _network.Log.Enqueue($"{command}");
        }

        return Errno.None;
    }
}
