using System.Text.RegularExpressions;
using Gorb.PageTests.Browser;
using Gorb.Tests.Api;
using static Microsoft.Playwright.Assertions;

namespace Gorb.PageTests;

/// <summary>The page says when it is disconnected, and catches up by itself.</summary>
public sealed partial class ConnectionTests(Chromium chromium) : PageTest(chromium)
{
    private protected override Task PrepareAsync() => AddAsync("web", 100, 2);

    [Fact]
    public async Task RestartOfTheDaemon_IsSurvived()
    {
        await Tab.ShowAsync("#/service/web");
        await Expect(Tab.Backend("b1").Locator(".pill")).ToHaveTextAsync("Up");
        var (kernel, port) = (_daemon.Kernel, _daemon.Http.BaseAddress!.Port);

        await _daemon.DisposeAsync();
        await Tab.IsAsync("Disconnected");
        await Expect(Tab.Page.Locator(".banner")).ToContainTextAsync("Disconnected: this is the state of");
        await Expect(Tab.Backend("b1").GetByText("Drain")).ToHaveCountAsync(0); // nothing that cannot be done is offered

        _daemon = new TestDaemon { Kernel = kernel, Port = port };
        await _daemon.InitializeAsync();
        await AddAsync("other", 101, 1);
        await Tab.IsAsync("Live");
        await Expect(Tab.Service("other")).ToBeVisibleAsync();
        await Expect(Tab.Service("web")).ToHaveCountAsync(0); // the new daemon has no state file
    }

    [Fact]
    public async Task TenSecondsWithoutNetwork_AreSurvived()
    {
        await Tab.ShowAsync("#/service/web");
        await Expect(Tab.Backend("b1").Locator(".weight b")).ToHaveTextAsync("100");

        await Tab.SetOfflineAsync(true);
        await Expect(Tab.Page.Locator(".connection")).ToHaveTextAsync(TenSeconds());
        await _daemon.PatchAsync("/service/web/b1", """{"weight": 33}""");
        await Tab.SetOfflineAsync(false);

        await Tab.IsAsync("Live");
        await Expect(Tab.Backend("b1").Locator(".weight b")).ToHaveTextAsync("33");
    }

    /// <summary>Ten seconds or a few more: a slow machine does not show each second.</summary>
    [GeneratedRegex("^Disconnected for [1-5][0-9] s$")]
    private static partial Regex TenSeconds();
}
