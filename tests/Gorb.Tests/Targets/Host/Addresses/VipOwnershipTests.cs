using System.Net;
using Gorb.Ipvs;
using Gorb.Ipvs.Wire;
using Gorb.Model;
using Gorb.State;
using Gorb.Tests.State;

namespace Gorb.Tests.Targets.Host.Addresses;

/// <summary>Gorb removes only the addresses that it added, also after a crash, a restart and a reboot.</summary>
public sealed class VipOwnershipTests : VipTargetTest
{
    private readonly TemporaryFile _crashed = new();

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _crashed.Dispose();
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

    private Errno CopyState(string operation)
    {
        if (operation.StartsWith("add", StringComparison.Ordinal))
        {
            _crashed.Write(File.ReadAllBytes(_state.Path));
            File.Copy(_state.Path + "-wal", _crashed.Path + "-wal", overwrite: true);
        }

        return Errno.None;
    }
}
