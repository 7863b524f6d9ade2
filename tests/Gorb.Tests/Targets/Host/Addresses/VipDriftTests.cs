using System.Net;
using Gorb.Ipvs.Addresses;
using Gorb.Targets.Host.Addresses;
using Gorb.Writer;

namespace Gorb.Tests.Targets.Host.Addresses;

/// <summary>Addresses of services that something else removes come back.</summary>
public sealed class VipDriftTests : VipTargetTest
{
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

    /// <summary>Sends a notice and waits for the comparison that it leads to.</summary>
    private async Task NotifyAsync(AddressNotice notice)
    {
        var watch = Daemon.Service<AddressWatch>();
        var noted = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Action<AddressNotice> note = _ => noted.TrySetResult(); // the last handler: the comparison is requested by then
        watch.Noticed += note;
        _network.Notify(notice);
        await noted.Task.WaitAsync(TimeSpan.FromSeconds(100), TestContext.Current.CancellationToken);
        watch.Noticed -= note;
        _time.Advance(TimeSpan.FromMilliseconds(50));
        await Daemon.Service<TableWriter>().ChangeAsync(static _ => { });
    }
}
