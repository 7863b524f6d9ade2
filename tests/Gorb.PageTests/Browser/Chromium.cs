using Gorb.PageTests.Browser;
using Microsoft.Playwright;

[assembly: AssemblyFixture(typeof(Chromium))]

namespace Gorb.PageTests.Browser;

/// <summary>The browser that all tests share. Debian's, because a browser that Playwright downloads would be another one on each machine.</summary>
public sealed class Chromium : IAsyncLifetime
{
    private const string Program = "/usr/bin/chromium";

    /// <summary>How long a test waits for what the page shows. Only a test that fails waits that long.</summary>
    private const float Patience = 60_000;

    /// <summary>Without a sandbox, because tests run as root; without requests of the browser's own.</summary>
    private static readonly string[] Options = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];

    private IPlaywright? _playwright;
    private IBrowser? _browser;

    public async ValueTask InitializeAsync()
    {
        Assertions.SetDefaultExpectTimeout(Patience);
        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions { ExecutablePath = Program, Args = Options });
    }

    public async ValueTask DisposeAsync()
    {
        await (_browser?.DisposeAsync() ?? ValueTask.CompletedTask);
        _playwright?.Dispose();
    }

    /// <summary>Opens a tab with a memory of its own.</summary>
    /// <param name="address">The address of the daemon.</param>
    /// <param name="screen">How the page is shown.</param>
    internal async Task<Tab> OpenAsync(Uri address, Screen screen)
    {
        var context = await _browser!.NewContextAsync(new BrowserNewContextOptions { BaseURL = address.ToString(), ViewportSize = screen.Size, ColorScheme = screen.Colors, TimezoneId = "UTC" });
        context.SetDefaultTimeout(Patience);
        return await Tab.OpenAsync(context, address);
    }
}

/// <summary>How the page is shown.</summary>
/// <param name="Name">Its name, also of pictures.</param>
/// <param name="Size">The size of the window.</param>
/// <param name="Colors">Light or dark.</param>
internal sealed record Screen(string Name, ViewportSize Size, ColorScheme Colors)
{
    public static Screen Light { get; } = new("light", new ViewportSize { Width = 1440, Height = 810 }, ColorScheme.Light);

    public static Screen Dark { get; } = Light with { Name = "dark", Colors = ColorScheme.Dark };

    public static Screen Phone { get; } = new("phone", new ViewportSize { Width = 390, Height = 844 }, ColorScheme.Light);

    public static IReadOnlyList<Screen> All { get; } = [Light, Dark, Phone];
}
