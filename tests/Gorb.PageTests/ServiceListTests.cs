using Gorb.PageTests.Browser;
using static Microsoft.Playwright.Assertions;

namespace Gorb.PageTests;

/// <summary>The list of services and the banner: failures first, filter, keyboard.</summary>
public sealed class ServiceListTests(Chromium chromium) : PageTest(chromium)
{
    private protected override async Task PrepareAsync()
    {
        await AddAsync("alpha", 100, 2);
        await AddAsync("beta", 101, 2);
        await _daemon.PutAsync("/service/omega", $$"""{"host": "10.9.0.102", "port": 80, {{Pulse}}}""");
        await _daemon.PutAsync("/service/omega/bad", """{"host": "10.9.0.66", "port": 80}""");
        Prober.Fail("10.9.0.66", "connection refused");
    }

    [Fact]
    public async Task Failures_ComeFirst_WithReasonAndTime()
    {
        await Tab.ShowAsync();

        await Expect(Tab.Page.Locator(".list .name")).ToHaveTextAsync(["omega", "alpha", "beta"]);
        await Expect(Tab.Service("omega")).ToContainTextAsync("0/1 up");
        await Expect(Tab.Service("omega").Locator(".why")).ToContainTextAsync("connection refused");
        await Expect(Tab.Page.Locator(".banner")).ToContainTextAsync("1 service down");
        await Expect(Tab.Page.Locator(".banner")).ToContainTextAsync("1 of 5 backends down");

        Prober.Pass("10.9.0.66");
        await Expect(Tab.Page.Locator(".list .name")).ToHaveTextAsync(["alpha", "beta", "omega"]);
        await Expect(Tab.Page.Locator(".banner")).ToContainTextAsync("3 services, all 5 backends up");
    }

    [Fact]
    public async Task OnlyDown_HidesTheRest()
    {
        await Tab.ShowAsync();
        await Expect(Tab.Service("omega").Locator(".why")).ToBeVisibleAsync();

        await Tab.Page.ClickAsync(".toggle");
        await Expect(Tab.Page.Locator(".list .name")).ToHaveTextAsync(["omega"]);
    }

    [Fact]
    public async Task Keyboard_FiltersOpensAndGoesBack()
    {
        await Tab.ShowAsync();
        await Expect(Tab.Page.Locator(".list .name")).ToHaveCountAsync(3);

        await Tab.Page.Keyboard.PressAsync("/");
        await Tab.Page.Keyboard.TypeAsync("10.9.0.21 a"); // words, each of which must be there: addresses of backends count
        await Expect(Tab.Page.Locator(".list .name")).ToHaveTextAsync(["alpha", "beta"]);
        await Tab.Page.Keyboard.PressAsync("ArrowDown");
        await Tab.Page.Keyboard.PressAsync("ArrowDown");
        await Tab.Page.Keyboard.PressAsync("Enter");
        await Expect(Tab.Page.Locator(".service h1")).ToHaveTextAsync("beta");

        await Tab.Page.Keyboard.PressAsync("Escape");
        await Expect(Tab.Page.Locator("input[type=search]")).ToHaveValueAsync("");
        await Tab.Page.Keyboard.PressAsync("Escape"); // out of the field
        await Tab.Page.Keyboard.PressAsync("Escape"); // out of the service
        await Expect(Tab.Page.Locator(".service h1")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task Events_AppearAsTheyHappen()
    {
        await Tab.ShowAsync();

        await _daemon.PatchAsync("/service/alpha/b1", """{"weight": 50}""");
        await Expect(Tab.Page.Locator(".events li.change")).ToContainTextAsync("alpha/b1");
        await _daemon.DeleteAsync("/service/beta");
        await Expect(Tab.Service("beta")).ToHaveCountAsync(0);
    }

    /// <summary>Names and reasons come from others. They are text, never markup.</summary>
    [Fact]
    public async Task Markup_IsShownAsText()
    {
        const string Name = "<img/src=x/onerror=alert(1)>";
        const string Reason = "<script>alert(2)</script>";
        var shown = Name.Replace("/", "", StringComparison.Ordinal); // names hold no slash
        await _daemon.PutAsync($"/service/{Uri.EscapeDataString(shown)}", $$"""{"host": "10.9.0.103", "port": 80, {{Pulse}}}""");
        await _daemon.PutAsync($"/service/{Uri.EscapeDataString(shown)}/b1", """{"host": "10.9.0.67", "port": 80}""");
        Prober.Fail("10.9.0.67", Reason);
        await Tab.ShowAsync();

        await Expect(Tab.Service(shown).Locator(".why")).ToContainTextAsync(Reason);
        await Tab.Service(shown).ClickAsync();
        await Expect(Tab.Page.Locator(".service h1")).ToHaveTextAsync(shown);
        await Expect(Tab.Backend("b1").Locator(".reason")).ToContainTextAsync(Reason);
        await Expect(Tab.Page.Locator("main img, main script")).ToHaveCountAsync(0);
        Tab.Complaints.Should().BeEmpty();
    }
}
