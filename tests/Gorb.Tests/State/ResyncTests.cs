using System.Net;
using Gorb.Ipvs;
using Gorb.Ipvs.Wire;
using Gorb.Model;
using Gorb.Tests.Api;
using Gorb.Tests.Shared;
using Gorb.Writer;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Gorb.Tests.State;

/// <summary>Other programs also write to the kernel's table.</summary>
public sealed class ResyncTests : DaemonTest
{
    private static readonly ServiceKey Web = ServiceKey.ForAddress(TransportProtocol.Tcp, IPAddress.Parse("10.9.0.100"), 80);
    private static readonly ServiceKey Web2 = ServiceKey.ForAddress(TransportProtocol.Tcp, IPAddress.Parse("10.9.0.100"), 81);
    private static readonly Destination Foreign = new(new DestinationKey(IPAddress.Parse("10.9.0.99"), 80));
    private readonly ManualTime _time = new();
    private readonly LogLines<TableWriter> _log = new();

    private protected override TestDaemon NewDaemon(FakeKernel kernel) => new()
    {
        Kernel = kernel,
        Resync = TimeSpan.FromSeconds(30),
        Configure = services => services.AddSingleton<TimeProvider>(_time).AddSingleton<ILoggerProvider>(_log),
    };

    private IEnumerable<string> Warnings => _log.All.Where(static line => line.Level >= LogLevel.Warning).Select(static line => line.Text);

    [Fact]
    public async Task Resync_TableEmptiedByOthers_IsRepairedAndCounted()
    {
        await FillAsync();
        _daemon.Kernel.Table.Flush();

        await PassAsync(TimeSpan.FromSeconds(30));

        var entry = _daemon.ReadKernel().Should().ContainSingle().Subject;
        entry.Destinations.Should().ContainSingle().Which.Destination.Weight.Should().Be(100);
        _daemon.Service<TableWriter>().Repairs.Should().Be(2);
        (await _daemon.Http.GetStringAsync(new Uri("/metrics", UriKind.Relative), TestContext.Current.CancellationToken)).Should().Contain("gorb_repairs_total 2\n");
    }

    [Fact]
    public async Task Resync_SettingsChangedByOthers_AreRepairedAndToldOnce()
    {
        await FillAsync();
        await using var events = _daemon.Service<EventHub>().ListenAsync(TestContext.Current.CancellationToken).GetAsyncEnumerator(TestContext.Current.CancellationToken);
        await events.MoveNextAsync(); // the greeting
        var before = _daemon.ReadKernel();
        Change(new IpvsChange.UpdateService(new VirtualService(Web) { Scheduler = "sh" }), new IpvsChange.UpdateDestination(Web, before[0].Destinations[0].Destination with { Weight = 3 }));
        var mutations = _daemon.Kernel.Mutations;

        for (var period = 0; period < 3; period++)
        {
            await PassAsync(TimeSpan.FromSeconds(30));
        }

        _daemon.ReadKernel().Should().BeEquivalentTo(before);
        (_daemon.Kernel.Mutations - mutations, _daemon.Service<TableWriter>().Repairs).Should().Be((2, 2));
        Warnings.Should().ContainSingle().Which.Should().StartWith("Something else changed the kernel's table; repaired 2: ");
        _daemon.Service<EventHub>().Publish("change", null, null, "the end");
        var told = new List<string>();
        while (await events.MoveNextAsync() && events.Current.Text != "the end")
        {
            told.Add(events.Current.Type);
        }

        told.Should().Equal("repair", "repair");
    }

    [Fact]
    public async Task Resync_RepairThatTheKernelRefuses_IsTriedEachTimeAndComplainedOfOnce()
    {
        await FillAsync();
        var before = _daemon.ReadKernel();
        Change(new IpvsChange.UpdateDestination(Web, before[0].Destinations[0].Destination with { Weight = 3 }));
        var mutations = _daemon.Kernel.Mutations;
        _daemon.Kernel.Refuse = static request => request.IpvsCommand == IpvsCommand.SetDestination ? Errno.ENOMEM : Errno.None;

        for (var period = 0; period < 3; period++)
        {
            await PassAsync(TimeSpan.FromSeconds(30));
        }

        (_daemon.Kernel.Mutations - mutations, _daemon.Service<TableWriter>().Repairs).Should().Be((3, 0));
        Warnings.Should().ContainSingle().Which.Should().StartWith("The kernel rejects part of the wanted table: ").And.Contain("out of memory");

        _daemon.Kernel.Refuse = static _ => Errno.None;
        await PassAsync(TimeSpan.FromSeconds(30));
        _daemon.ReadKernel().Should().BeEquivalentTo(before);
        _daemon.Service<TableWriter>().Repairs.Should().Be(1);
    }

    [Fact]
    public async Task Resync_NothingChanged_SendsNothing()
    {
        await FillAsync();
        var mutations = _daemon.Kernel.Mutations;

        await PassAsync(TimeSpan.FromSeconds(90));

        _daemon.Kernel.Mutations.Should().Be(mutations);
        _daemon.Service<TableWriter>().Repairs.Should().Be(0);
    }

    [Fact]
    public async Task Resync_EntriesOfOthers_AreLeftAloneAndShown()
    {
        await FillAsync();
        var other = ServiceKey.ForFirewallMark(7, System.Net.Sockets.AddressFamily.InterNetworkV6);
        Change(new IpvsChange.AddDestination(Web, Foreign), new IpvsChange.AddService(new VirtualService(other)));

        await PassAsync(TimeSpan.FromSeconds(30));

        _daemon.ReadKernel().Select(entry => entry.Destinations.Count).Should().BeEquivalentTo([2, 0]);
        (await _daemon.GetAsync("/service/web")).GetProperty("unmanaged")[0].GetString().Should().Be("10.9.0.99:80");
    }

    [Fact]
    public async Task GetIpvs_TellsManagedFromUnmanaged()
    {
        await FillAsync();
        Change(new IpvsChange.AddDestination(Web, Foreign), new IpvsChange.AddService(new VirtualService(Web2) { Scheduler = "sh" }));

        var services = (await _daemon.GetAsync("/ipvs")).GetProperty("services");

        services[0].GetProperty("service").GetString().Should().Be("web");
        services[0].GetProperty("destinations").EnumerateArray()
            .Select(entry => (entry.GetProperty("key").GetString(), entry.GetProperty("managed").GetBoolean()))
            .Should().Equal(("10.9.0.21:80", true), ("10.9.0.99:80", false));
        services[1].GetProperty("key").GetString().Should().Be("tcp/10.9.0.100:81");
        services[1].GetProperty("managed").GetBoolean().Should().BeFalse();
        services[1].TryGetProperty("service", out _).Should().BeFalse();
    }

    [Fact]
    public async Task Resync_ExclusiveService_LosesWhatOthersAdded()
    {
        await FillAsync();
        await _daemon.PatchAsync("/service/web", """{"exclusive": true}""");
        Change(new IpvsChange.AddDestination(Web, Foreign));

        await PassAsync(TimeSpan.FromSeconds(30));

        _daemon.ReadKernel().Single().Destinations.Should().ContainSingle();
    }

    [Fact]
    public async Task Patch_ServiceBecomesExclusive_LosesWhatOthersAddedAtOnce()
    {
        await FillAsync();
        Change(new IpvsChange.AddDestination(Web, Foreign));

        await _daemon.PatchAsync("/service/web", """{"exclusive": true}""");

        _daemon.ReadKernel().Single().Destinations.Should().ContainSingle();
    }

    /// <summary>A missing backend shows that another program changed the table, so the full comparison follows at once.</summary>
    [Fact]
    public async Task Patch_BackendGoneFromTheKernel_LeadsToAComparisonAtOnce()
    {
        await FillAsync();
        await _daemon.PutAsync("/service/dns", """{"host": "10.9.0.100", "port": 53, "protocol": "udp"}""");
        _daemon.Kernel.Table.Flush();

        await _daemon.PatchAsync("/service/web/b1", """{"weight": 5}""");
        await _daemon.Service<TableWriter>().ChangeAsync(static _ => { }); // completes after the comparison

        _daemon.ReadKernel().Should().HaveCount(2);
    }

    [Fact]
    public async Task Put_ServiceTheKernelHas_AdoptsItInPlace()
    {
        Change(new IpvsChange.AddService(new VirtualService(Web) { Scheduler = "rr" }), new IpvsChange.AddDestination(Web, Foreign));

        await FillAsync();

        var entry = _daemon.ReadKernel().Should().ContainSingle().Subject;
        entry.Service.Service.Scheduler.Should().Be("wrr");
        entry.Destinations.Should().HaveCount(2);
        (await _daemon.GetAsync("/service/web")).GetProperty("unmanaged").GetArrayLength().Should().Be(1);
    }

    [Fact]
    public async Task Put_ExclusiveServiceTheKernelHas_TakesItOverWhole()
    {
        Change(new IpvsChange.AddService(new VirtualService(Web) { Scheduler = "rr" }), new IpvsChange.AddDestination(Web, Foreign));

        await _daemon.PutAsync("/service/web", """{"host": "10.9.0.100", "port": 80, "exclusive": true}""");

        _daemon.ReadKernel().Should().ContainSingle().Which.Destinations.Should().BeEmpty();
    }

    private async Task FillAsync()
    {
        await _daemon.PutAsync("/service/web", """{"host": "10.9.0.100", "port": 80}""");
        await _daemon.PutAsync("/service/web/b1", """{"host": "10.9.0.21", "port": 80}""");
        await PassAsync(TimeSpan.FromSeconds(1)); // the comparison that the start has put off; with the next period it could make one comparison or two
    }

    private void Change(params IpvsChange[] changes) =>
        _daemon.ChangeKernel(kernel => kernel.Apply(changes).Should().OnlyContain(result => result.Succeeded));

    private async Task PassAsync(TimeSpan time)
    {
        _time.Advance(time);
        await _daemon.Service<TableWriter>().ChangeAsync(static _ => { }); // queued behind the timer's wake-up of the writer, so it completes after the comparison
    }
}
