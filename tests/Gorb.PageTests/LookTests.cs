using Deque.AxeCore.Playwright;
using Gorb.History;
using Gorb.PageTests.Browser;
using Gorb.Tests.Api;
using Gorb.Writer;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Gorb.PageTests;

/// <summary>How the page looks: axe finds nothing on any screen, nothing comes from other hosts, and pictures are written to artifacts/page-pictures.</summary>
public sealed class LookTests(Chromium chromium) : PageTest(chromium)
{
    private const int Intervals = 90;

    private readonly ShiftedTime _time = new(Intervals * RateBook.Interval);

    private protected override TestDaemon NewDaemon() => new() { Configure = services => services.AddSingleton<TimeProvider>(_time) };

    private protected override async Task PrepareAsync()
    {
        await AddAsync("auth", 100, 4, """, "method": "wlc" """);
        await AddAsync("dns", 101, 3);
        await AddAsync("shop", 102, 5, """, "masquerade": "auto" """);
        await AddAsync("mail", 103, 2);
        await _daemon.PutAsync("/service/web", $$"""{"host": "10.9.0.104", "port": 443, "method": "wlc", {{Pulse}}}""");
        for (var i = 1; i <= 6; i++)
        {
            await _daemon.PutAsync($"/service/web/b{i}", $$"""{"host": "10.9.0.{{60 + i}}", "port": 8443}""");
        }

        _daemon.Kernel.Table.SetConnections(8443, 128);
        Prober.Fail("10.9.0.62", "connect to 10.9.0.62:8443: connection refused");
        await _daemon.PatchAsync("/service/web/b5", """{"drain": true}""");
        await _daemon.PatchAsync("/service/shop/b2", """{"weight": 20}""");
        await PassAQuarterOfAnHourAsync();
    }

    /// <summary>Gives the daemon a quarter of an hour of traffic, so that there are curves. Rates of backends are kept while somebody looks.</summary>
    private async Task PassAQuarterOfAnHourAsync()
    {
        var (rates, table) = (_daemon.Service<RateBook>(), _daemon.Service<TableWriter>().Current);
        for (var i = 0; i < Intervals; i++)
        {
            await _daemon.GetAsync("/service/web/history");
            _daemon.Kernel.Table.SetTraffic(number => (ulong)((i * 600) + (2500 * Math.Sin((i + (3 * number)) / 9.0)) + (60 * Math.Sin((i * 1.7) + number)) + 3000));
            _time.Shift(RateBook.Interval);
            rates.EndInterval(table);
        }
    }

    [Theory]
    [InlineData("light")]
    [InlineData("dark")]
    [InlineData("phone")]
    public async Task Axe_FindsNothing(string name)
    {
        var screen = Screen.All.Single(one => one.Name == name);
        await OpenAsync(screen);
        await ShowWebAsync();
        await PictureAsync(screen.Name);
        await ExamineAsync();

        await Tab.AskAsync("b1", "Drain");
        await Expect(Tab.Page.Locator("dialog .consequences")).ToBeVisibleAsync();
        await ExamineAsync();
        await Tab.Page.Keyboard.PressAsync("Escape");
        foreach (var part in new[] { "#/", "#/events", "#/unmanaged", "#/surroundings", "#/doctor" })
        {
            await Tab.Page.EvaluateAsync("part => { location.hash = part }", part);
            await Expect(Tab.Page.Locator("h1:text-is('web')")).ToHaveCountAsync(0);
            await ExamineAsync();
        }

        Tab.Strangers.Should().BeEmpty();
        Tab.Complaints.Should().BeEmpty();
    }

    [Fact]
    public async Task Failure_IsShownFirst()
    {
        await ShowWebAsync();
        await Tab.SetOfflineAsync(true);
        await Tab.IsAsync("Disconnected");

        await Expect(Tab.Page.Locator(".backends .row .who b").First).ToHaveTextAsync("b2");
        await PictureAsync("failure");
        await ExamineAsync();
    }

    /// <summary>Nothing moves while numbers change: rows and columns have the sizes that they had before.</summary>
    [Fact]
    public async Task ChangingNumbers_MoveNothing()
    {
        await ShowWebAsync();
        var before = await Tab.Backend("b1").BoundingBoxAsync();
        var weight = await Tab.Backend("b1").Locator(".check").BoundingBoxAsync();

        _daemon.Kernel.Table.SetConnections(8443, 1_234_567);
        await Expect(Tab.Backend("b1").Locator(".conns b")).ToHaveTextAsync("1.2M");

        (await Tab.Backend("b1").BoundingBoxAsync()).Should().BeEquivalentTo(before);
        (await Tab.Backend("b1").Locator(".check").BoundingBoxAsync()).Should().BeEquivalentTo(weight);
    }

    private async Task ShowWebAsync()
    {
        await Tab.ShowAsync("#/service/web");
        await Expect(Tab.Backend("b2").Locator(".pill")).ToHaveTextAsync("Down");
        await Expect(Tab.Backend("b5").Locator(".pill")).ToHaveTextAsync("Draining");
        await Expect(Tab.Page.Locator(".banner")).ToContainTextAsync("Doctor");
        await Expect(Tab.Page.Locator(".banner")).Not.ToContainTextAsync("Doctor …");
    }

    private async Task ExamineAsync()
    {
        var found = await Tab.Page.RunAxe();

        found.Violations.Select(static violation => $"{violation.Id}: {violation.Help}: {string.Join(", ", violation.Nodes.Select(static node => node.Html))}").Should().BeEmpty();
    }

    private Task<byte[]> PictureAsync(string name) => Tab.Page.ScreenshotAsync(new PageScreenshotOptions { Path = Pictures.Path($"{name}.png"), Animations = ScreenshotAnimations.Disabled });
}
