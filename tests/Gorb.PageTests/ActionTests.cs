using System.Net;
using Gorb.Ipvs;
using Gorb.PageTests.Browser;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Gorb.PageTests;

/// <summary>What the page does on a click: each action says what will happen, and reaches the kernel's table.</summary>
public sealed class ActionTests(Chromium chromium) : PageTest(chromium)
{
    private protected override Task PrepareAsync() => AddAsync("web", 100, 2);

    [Fact]
    public async Task Drain_SaysWhatIsLeft_AndResumeEndsIt()
    {
        _daemon.Kernel.Table.SetConnections(80, 7);
        await Tab.ShowAsync("#/service/web");
        await Expect(Tab.Backend("b1").Locator(".conns")).ToContainTextAsync("7");

        var dialog = await Tab.AskAsync("b1", "Drain");
        await Expect(dialog).ToContainTextAsync("7 open connections go on until they end.");
        await Expect(dialog).ToContainTextAsync("New connections go to b2 (1 left).");
        await Tab.ConfirmAsync("Drain");
        Weight("10.9.0.21").Should().Be(0);
        await Expect(Tab.Backend("b1").Locator(".pill")).ToHaveTextAsync("Draining");
        await Expect(Tab.Backend("b1").Locator(".weight")).ToContainTextAsync("kernel 0");

        dialog = await Tab.AskAsync("b2", "Drain");
        await Expect(dialog.Locator(".bad")).ToContainTextAsync("No other backend of web takes connections. Without any, clients are refused.");
        await Tab.Page.Keyboard.PressAsync("Escape");
        await Expect(dialog).ToHaveCountAsync(0);
        Weight("10.9.0.22").Should().Be(100);

        await Tab.AskAsync("b1", "Resume");
        await Tab.ConfirmAsync("Resume");
        Weight("10.9.0.21").Should().Be(100);
        await Expect(Tab.Backend("b1").Locator(".pill")).ToHaveTextAsync("Up");
    }

    [Fact]
    public async Task Weight_SaysTheShare()
    {
        await Tab.ShowAsync("#/service/web");

        var dialog = await Tab.AskAsync("b1", "Weight");
        await dialog.GetByLabel("Weight").FillAsync("300");
        await Expect(dialog).ToContainTextAsync("from 50 % to 75 %");
        await Tab.ConfirmAsync("Set weight 300");
        Weight("10.9.0.21").Should().Be(300);
        await Expect(Tab.Backend("b1").Locator(".weight b")).ToHaveTextAsync("300");

        dialog = await Tab.AskAsync("b1", "Weight");
        await dialog.GetByLabel("Weight").FillAsync("0");
        await Tab.ConfirmAsync("Set weight 0");
        Weight("10.9.0.21").Should().Be(0);
    }

    [Fact]
    public async Task Force_OverrulesTheChecks()
    {
        await Tab.ShowAsync("#/service/web");

        var dialog = await Tab.AskAsync("b1", "Force");
        await dialog.GetByLabel("Down, whatever the checks find").CheckAsync();
        await Tab.ConfirmAsync("Force down");
        Weight("10.9.0.21").Should().Be(0);
        await Expect(Tab.Backend("b1").Locator(".pill")).ToHaveTextAsync("Down");

        Prober.Fail("10.9.0.21", "connection refused");
        await Expect(Tab.Backend("b1").Locator(".check")).ToContainTextAsync("tcp fails");
        dialog = await Tab.AskAsync("b1", "Force");
        await dialog.GetByLabel("Up, whatever the checks find").CheckAsync();
        await Expect(dialog.Locator(".bad")).ToContainTextAsync("connection refused");
        await Tab.ConfirmAsync("Force up");
        Weight("10.9.0.21").Should().Be(100);

        dialog = await Tab.AskAsync("b1", "Force");
        await dialog.GetByLabel("The checks decide").CheckAsync();
        await Expect(dialog).ToContainTextAsync("Now they fail: connection refused");
        await Tab.ConfirmAsync("Let the checks decide");
        Weight("10.9.0.21").Should().Be(0);
    }

    /// <summary>What an operator sets on a backend of another source lies above its declaration, until it is lifted.</summary>
    [Fact]
    public async Task BackendOfAnotherSource_IsOverriddenAndLifted()
    {
        await _daemon.PutAsync("/config?source=shop", """{"services": {"shop": {"host": "10.9.0.110", "port": 80, "backends": {"s1": {"host": "10.9.0.31", "port": 80, "weight": 40}, "s2": {"host": "10.9.0.32", "port": 80}}}}}""");
        await Tab.ShowAsync("#/service/shop");

        var dialog = await Tab.AskAsync("s1", "Weight");
        await Expect(dialog).ToContainTextAsync("s1 is declared by shop.");
        await dialog.GetByLabel("Weight").FillAsync("90");
        await Tab.ConfirmAsync("Set weight 90");
        Weight("10.9.0.31").Should().Be(90);

        dialog = await Tab.AskAsync("s1", "Lift");
        await Expect(dialog).ToContainTextAsync("what its source shop declares");
        await Tab.ConfirmAsync("Lift");
        Weight("10.9.0.31").Should().Be(40);
        await Expect(Tab.Backend("s1").GetByText("Lift")).ToHaveCountAsync(0);

        await Tab.AskAsync("s1", "Drain");
        await Tab.ConfirmAsync("Drain");
        Weight("10.9.0.31").Should().Be(0);
        await Tab.AskAsync("s1", "Resume"); // lifts the drain, so that nothing stays above the declaration
        await Tab.ConfirmAsync("Resume");
        Weight("10.9.0.31").Should().Be(40);
        await Expect(Tab.Backend("s1").GetByText("Lift")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task RefusedAction_SaysWhy()
    {
        await Tab.ShowAsync("#/service/web");
        _daemon.Kernel.Refuse = static request => request.IsMutation ? Errno.EPERM : Errno.None;

        var dialog = await Tab.AskAsync("b1", "Drain");
        await dialog.GetByRole(AriaRole.Button, new LocatorGetByRoleOptions { Name = "Drain", Exact = true }).ClickAsync();

        await Expect(dialog.GetByRole(AriaRole.Alert)).ToContainTextAsync("NET_ADMIN");
        Weight("10.9.0.21").Should().Be(100);
    }

    [Fact]
    public async Task UnmanagedEntries_AreAdopted()
    {
        var foreign = ServiceKey.ForAddress(TransportProtocol.Tcp, IPAddress.Parse("10.9.0.120"), 25);
        _daemon.ChangeKernel(kernel => kernel.Apply(
        [
            new IpvsChange.AddService(new VirtualService(foreign) { Scheduler = "rr" }),
            new IpvsChange.AddDestination(foreign, new Destination(new DestinationKey(IPAddress.Parse("10.9.0.41"), 25)) { Weight = 5 }),
            new IpvsChange.AddDestination(ServiceKey.ForAddress(TransportProtocol.Tcp, IPAddress.Parse("10.9.0.100"), 80), new Destination(new DestinationKey(IPAddress.Parse("10.9.0.42"), 80)) { Weight = 7 }),
        ]));
        await Tab.ShowAsync("#/unmanaged");
        await Expect(Tab.Page.Locator("nav a:has-text('Unmanaged') .count")).ToHaveTextAsync("2");

        await AdoptAsync("tcp/10.9.0.120:25", "mail");
        await AdoptAsync("10.9.0.42:80", "b3");

        await Expect(Tab.Page.Locator(".sheet")).ToContainTextAsync("There are none.");
        (await _daemon.GetAsync("/service/mail/b1")).GetProperty("kernel").GetProperty("weight").GetInt32().Should().Be(5);
        (await _daemon.GetAsync("/service/web/b3")).GetProperty("kernel").GetProperty("weight").GetInt32().Should().Be(7);
        var ipvs = await _daemon.GetAsync("/ipvs");
        ipvs.GetProperty("services").EnumerateArray().Should().OnlyContain(static service => service.GetProperty("managed").GetBoolean());
    }

    /// <summary>Whatever settings another program has chosen stay as they are.</summary>
    [Fact]
    public async Task UnmanagedEntries_KeepAllTheirSettings()
    {
        var place = IPAddress.Parse("10.9.0.121");
        _daemon.ChangeKernel(kernel => kernel.Apply([.. Foreign(place).SelectMany(static entry => entry.Destinations
            .Select(destination => (IpvsChange)new IpvsChange.AddDestination(entry.Service.Key, destination)).Prepend(new IpvsChange.AddService(entry.Service)))]));
        var before = Entries();
        await Tab.ShowAsync("#/unmanaged");

        foreach (var (service, _) in Foreign(place))
        {
            await AdoptAsync(service.Key.ToString(), $"p{service.Key.Port}");
        }

        await Expect(Tab.Page.Locator(".sheet")).ToContainTextAsync("There are none.");
        Entries().Should().BeEquivalentTo(before);

        IReadOnlyList<string> Entries() =>
            [.. _daemon.ReadKernel().Where(entry => place.Equals(entry.Service.Service.Key.Address)).SelectMany(static entry => entry.Destinations.Select(static destination => destination.Destination.ToString()).Prepend(entry.Service.Service.ToString()))];
    }

    private static IReadOnlyList<(VirtualService Service, Destination[] Destinations)> Foreign(IPAddress place)
    {
        static Destination At(string host, ushort port) => new(new DestinationKey(IPAddress.Parse(host), port)) { Weight = 3 };
        VirtualService On(ushort port, TransportProtocol protocol = TransportProtocol.Tcp) => new(ServiceKey.ForAddress(protocol, place, port));
        return
        [
            (On(81) with { Scheduler = "mh" }, [At("10.9.0.41", 81)]),
            (On(82) with { Scheduler = "mh", Flags = ServiceFlags.Scheduler1 | ServiceFlags.Scheduler2 }, [At("10.9.0.41", 82) with { UpperThreshold = 90, LowerThreshold = 60 }]),
            (On(83) with { Scheduler = "sh", Flags = ServiceFlags.Scheduler2 | ServiceFlags.Persistent, PersistenceTimeout = 90, Netmask = Netmask.FromPrefixLength(place.AddressFamily, 24) }, [At("10.9.0.41", 83)]),
            (On(84) with { Scheduler = "wlc" }, [At("10.9.0.41", 84) with { Forwarding = ForwardingMethod.Tunnel, Tunnel = new TunnelOptions(TunnelType.Gue, 6080, TunnelChecksum.Full) }, At("10.9.0.42", 84) with { Forwarding = ForwardingMethod.DirectRoute }]),
            (On(85, TransportProtocol.Udp) with { Scheduler = "rr", Flags = ServiceFlags.OnePacket | ServiceFlags.Scheduler3 }, []),
            (On(5060, TransportProtocol.Udp) with { Scheduler = "rr", Flags = ServiceFlags.Persistent, PersistenceTimeout = 60, PersistenceEngine = "sip" }, [At("10.9.0.41", 5060)]),
        ];
    }

    [Fact]
    public async Task Why_FollowsAClientsPacket()
    {
        await Tab.ShowAsync("#/service/web");
        await Tab.Page.FillAsync("#client", "not an address");
        await Tab.Page.Keyboard.PressAsync("Enter");
        await Expect(Tab.Page.Locator(".trace .bad")).ToContainTextAsync("is not the address of a client");

        await Tab.Page.FillAsync("#client", "10.9.0.10");
        await Tab.Page.Keyboard.PressAsync("Enter");
        await Expect(Tab.Page.Locator(".trace .verdict")).ToBeVisibleAsync();
        await Expect(Tab.Page.Locator(".steps li").First).ToBeVisibleAsync();
    }

    private async Task AdoptAsync(string entry, string name)
    {
        await Tab.Page.Locator(".cards li").Filter(new LocatorFilterOptions { HasText = entry }).GetByText("Adopt").ClickAsync();
        await Tab.Page.FillAsync("#name", name);
        await Tab.ConfirmAsync("Adopt");
    }

    /// <summary>The weight in the kernel of the destination at an address.</summary>
    private int Weight(string address) =>
        _daemon.ReadKernel().SelectMany(static entry => entry.Destinations).Select(static entry => entry.Destination)
            .Single(destination => destination.Key.Address.ToString() == address).Weight;
}
