using System.Collections.Concurrent;
using Microsoft.Playwright;

namespace Gorb.PageTests.Browser;

/// <summary>A tab that shows the page, with what the browser complains of and which hosts it asks.</summary>
internal sealed class Tab : IAsyncDisposable
{
    private readonly IBrowserContext _context;

    private Tab(IBrowserContext context, IPage page, Uri address)
    {
        (_context, Page) = (context, page);
        page.PageError += (_, error) => Complaints.Add(error);
        page.Console += (_, message) =>
        {
            if (message.Type is "error" or "warning" && !message.Text.StartsWith("Failed to load resource", StringComparison.Ordinal)) // the browser's own words about an answer such as 401, or none
            {
                Complaints.Add(message.Text);
            }
        };
        page.Request += (_, request) =>
        {
            if (new Uri(request.Url).Authority != address.Authority)
            {
                Strangers.Add(request.Url);
            }
        };
    }

    public IPage Page { get; }

    /// <summary>Errors and warnings of the browser, among them violations of the Content-Security-Policy.</summary>
    public ConcurrentBag<string> Complaints { get; } = [];

    /// <summary>Requests to other hosts.</summary>
    public ConcurrentBag<string> Strangers { get; } = [];

    public static async Task<Tab> OpenAsync(IBrowserContext context, Uri address) => new(context, await context.NewPageAsync(), address);

    public Task SetOfflineAsync(bool isOffline) => _context.SetOfflineAsync(isOffline);

    public Task<IReadOnlyList<BrowserContextCookiesResult>> CookiesAsync() => _context.CookiesAsync();

    /// <summary>Shows a part of the page, such as <c>#/service/web</c>, and waits until it is connected.</summary>
    public async Task ShowAsync(string part = "")
    {
        await Page.GotoAsync($"/ui/{part}");
        await IsAsync("Live");
    }

    /// <summary>Waits for a state of the connection.</summary>
    public Task IsAsync(string connection) => Assertions.Expect(Page.Locator(".connection")).ToContainTextAsync(connection);

    /// <summary>The row of a service.</summary>
    public ILocator Service(string name) => Page.Locator(".list .row").Filter(new LocatorFilterOptions { Has = Page.Locator($".name:text-is(\"{name}\")") });

    /// <summary>The row of a backend of the service that is shown.</summary>
    public ILocator Backend(string name) => Page.Locator(".backends .row").Filter(new LocatorFilterOptions { Has = Page.Locator($".who b:text-is(\"{name}\")") });

    /// <summary>Presses a button of a backend, and returns the dialog.</summary>
    public async Task<ILocator> AskAsync(string backend, string action)
    {
        await Backend(backend).GetByRole(AriaRole.Button, new LocatorGetByRoleOptions { Name = action, Exact = true }).ClickAsync();
        return Page.Locator("dialog");
    }

    /// <summary>Confirms a dialog, and waits until what it says is done.</summary>
    public async Task ConfirmAsync(string verb)
    {
        await Page.Locator("dialog").GetByRole(AriaRole.Button, new LocatorGetByRoleOptions { Name = verb, Exact = true }).ClickAsync();
        await Assertions.Expect(Page.Locator("dialog")).ToHaveCountAsync(0);
    }

    public async ValueTask DisposeAsync() => await _context.DisposeAsync();
}
