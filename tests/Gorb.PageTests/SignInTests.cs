using System.Net;
using Gorb.Ipvs;
using Gorb.PageTests.Browser;
using Gorb.Tests.Api;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Gorb.PageTests;

/// <summary>Signing in by a token, and what a client without the right sees.</summary>
public sealed class SignInTests(Chromium chromium) : PageTest(chromium)
{
    private const string Admin = "an-admin-token-of-44-characters-for-the-test";

    private protected override TestDaemon NewDaemon() => new() { IsTokenRequired = true, FirstToken = Admin };

    private protected override async Task PrepareAsync()
    {
        _daemon.Http.DefaultRequestHeaders.Authorization = new("Bearer", Admin);
        await AddAsync("web", 100, 2);
        await AddAsync("shop", 101, 1);
    }

    [Fact]
    public async Task Token_StaysInTheTab()
    {
        await Tab.Page.GotoAsync("/ui/");
        await SignInAsync("wrong");
        await Expect(Tab.Page.Locator(".signin .bad")).ToContainTextAsync("unknown, revoked or expired");

        await SignInAsync(Admin);
        await Tab.IsAsync("Live");
        await Expect(Tab.Service("web")).ToBeVisibleAsync();
        await Tab.Page.ReloadAsync();
        await Tab.IsAsync("Live");

        (await Tab.CookiesAsync()).Should().BeEmpty();
        (await Tab.Page.EvaluateAsync<int>("localStorage.length")).Should().Be(0);
        await Tab.Page.ClickAsync("text=Change token");
        await Expect(Tab.Page.Locator(".signin")).ToBeVisibleAsync();
        (await Tab.Page.EvaluateAsync<int>("sessionStorage.length")).Should().Be(0);
        await Expect(Tab.Page.Locator(".list")).ToHaveCountAsync(0);
    }

    [Theory]
    [InlineData("read", 0, 0)]
    [InlineData("operate", 2, 0)]
    [InlineData("write", 2, 1)]
    public async Task Role_DecidesWhatIsOffered(string role, int canDrain, int canAdopt)
    {
        _daemon.ChangeKernel(static kernel => kernel.Apply([new IpvsChange.AddService(new VirtualService(ServiceKey.ForAddress(TransportProtocol.Tcp, IPAddress.Parse("10.9.0.120"), 25)))]));
        await Tab.Page.GotoAsync("/ui/#/service/web");
        await SignInAsync(await CreateAsync($$"""{"name": "{{role}}", "role": "{{role}}"}"""));

        await Tab.IsAsync("Live");
        await Expect(Tab.Page.Locator(".client .tag")).ToHaveTextAsync(role == "read" ? "read only" : role);
        await Expect(Tab.Backend("b2")).ToBeVisibleAsync();
        await Expect(Tab.Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Drain" })).ToHaveCountAsync(canDrain);
        await Tab.Page.ClickAsync("nav >> text=Unmanaged");
        await Expect(Tab.Page.Locator(".cards")).ToContainTextAsync("10.9.0.120:25");
        await Expect(Tab.Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Adopt" })).ToHaveCountAsync(canAdopt);
    }

    /// <summary>A token for some services may not follow the events of all, and sees its own all the same.</summary>
    [Fact]
    public async Task TokenForSomeServices_SeesThese()
    {
        await Tab.Page.GotoAsync("/ui/");
        await SignInAsync(await CreateAsync("""{"name": "shop", "role": "operate", "services": ["shop"]}"""));

        await Tab.IsAsync("Live");
        await Expect(Tab.Page.Locator(".list .name")).ToHaveTextAsync(["shop"]);
    }

    private async Task SignInAsync(string token)
    {
        await Tab.Page.FillAsync("#token", token);
        await Tab.Page.Keyboard.PressAsync("Enter");
    }

    private async Task<string> CreateAsync(string body)
    {
        var answer = await _daemon.SendAsync(HttpMethod.Post, "/tokens", body);
        return (await TestDaemon.JsonAsync(answer)).GetProperty("token").GetString()!;
    }
}
