using Gorb.PageTests.Browser;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Gorb.PageTests;

/// <summary>The page with the published daemon, the kernel's IPVS and real traffic: each action reaches the kernel.</summary>
public sealed class LabPageTests(Chromium chromium, LabDaemon lab) : IClassFixture<LabDaemon>, IAsyncLifetime
{
    private const string B1 = "10.9.0.21:80";

    private Tab? _tab;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private Tab Tab => _tab!;

    public async ValueTask InitializeAsync() => _tab = await chromium.OpenAsync(lab.Http.BaseAddress!, Screen.Light);

    public ValueTask DisposeAsync() => Tab.DisposeAsync();

    [Fact]
    public async Task EachAction_ReachesTheKernel()
    {
        await Tab.ShowAsync("#/service/web");
        await Expect(Tab.Backend("b1").Locator(".check")).ToContainTextAsync("tcp passes");
        (await lab.AskAsync(6, Stop)).Distinct().Should().BeEquivalentTo("b1", "b2", "b3");
        await Expect(Tab.Backend("b1").Locator(".conns b")).Not.ToHaveTextAsync("0"); // closed connections stay in the kernel's table for two minutes

        var dialog = await Tab.AskAsync("b1", "Drain");
        await Expect(dialog).ToContainTextAsync("New connections go to b2 and b3 (2 left).");
        await Tab.ConfirmAsync("Drain");
        await Expect(Tab.Backend("b1").Locator(".weight")).ToContainTextAsync("kernel 0");
        (await WeightAsync(B1)).Should().Be(0);
        (await lab.AskAsync(6, Stop)).Should().NotContain("b1");

        await Tab.AskAsync("b1", "Resume");
        await Tab.ConfirmAsync("Resume");
        (await WeightAsync(B1)).Should().Be(100);

        await (await Tab.AskAsync("b1", "Weight")).GetByLabel("Weight").FillAsync("40");
        await Tab.ConfirmAsync("Set weight 40");
        (await WeightAsync(B1)).Should().Be(40);

        await (await Tab.AskAsync("b1", "Force")).GetByLabel("Down, whatever the checks find").CheckAsync();
        await Tab.ConfirmAsync("Force down");
        (await WeightAsync(B1)).Should().Be(0);
        await Expect(Tab.Page.Locator(".banner")).ToContainTextAsync("1 service degraded");

        await (await Tab.AskAsync("b1", "Force")).GetByLabel("The checks decide").CheckAsync();
        await Tab.ConfirmAsync("Let the checks decide");
        (await WeightAsync(B1)).Should().Be(40);
        (await lab.AskAsync(12, Stop)).Should().Contain("b1");

        await Tab.Page.FillAsync("#client", "10.9.0.10");
        await Tab.Page.Keyboard.PressAsync("Enter");
        await Expect(Tab.Page.Locator(".steps li").First).ToBeVisibleAsync();
        Tab.Complaints.Should().BeEmpty();
    }

    [Fact]
    public async Task UnmanagedService_IsAdopted()
    {
        await Tab.ShowAsync("#/unmanaged");
        await Tab.Page.Locator(".cards li").Filter(new LocatorFilterOptions { HasText = "tcp/10.9.0.120:25" }).GetByText("Adopt").ClickAsync();
        await Tab.Page.FillAsync("#name", "mail");
        await Tab.ConfirmAsync("Adopt");

        await Expect(Tab.Page.Locator(".sheet")).ToContainTextAsync("There are none.");
        await Tab.Page.EvaluateAsync("location.hash = '#/service/mail'");
        await Expect(Tab.Backend("b1").Locator(".weight b")).ToHaveTextAsync("5");
        await Expect(Tab.Backend("b1").Locator(".reason")).ToContainTextAsync("refused"); // nothing listens there, and Gorb checks it from now on
    }

    private async Task<int> WeightAsync(string destination) => (await lab.WeightsAsync(Stop))[destination];
}
