using System.Globalization;
using System.Text;
using Gorb.PageTests.Browser;
using static Microsoft.Playwright.Assertions;

namespace Gorb.PageTests;

/// <summary>A thousand services of ten backends: only the rows in sight exist, and scrolling is smooth.</summary>
public sealed class ScaleTests(Chromium chromium) : PageTest(chromium)
{
    private const int Services = 1000;
    private const int Backends = 10;

    /// <summary>The rows in sight and a few beside them.</summary>
    private const int MaxRows = 40;

    /// <summary>Scrolls through the whole list, a step for each frame, and returns the frames a second and the most rows that existed at once.</summary>
    private const string Scroll = """
        async () => {
          const list = document.querySelector('.list'), frames = 120;
          const step = (list.scrollHeight - list.clientHeight) / frames;
          let most = 0;
          const frame = () => new Promise(requestAnimationFrame);
          await frame();
          const began = performance.now();
          for (let i = 0; i < frames; i++) {
            list.scrollTop += step;
            await frame();
            most = Math.max(most, list.querySelectorAll('.row').length);
          }
          return [frames * 1000 / (performance.now() - began), most];
        }
        """;

    private protected override async Task PrepareAsync()
    {
        var table = new StringBuilder("{\"services\": {");
        for (var i = 0; i < Services; i++)
        {
            var backends = string.Join(", ", Enumerable.Range(1, Backends).Select(b => $$""" "b{{b}}": {"host": "10.{{b}}.{{i / 250}}.{{(i % 250) + 1}}", "port": 80} """));
            table.Append(CultureInfo.InvariantCulture, $$"""{{(i == 0 ? "" : ",")}} "service-{{i}}": {"host": "10.100.{{i / 250}}.{{(i % 250) + 1}}", "port": 80, "backends": { {{backends}} } }""");
        }

        await _daemon.PutAsync("/config", table.Append("}}").ToString());
    }

    [Fact]
    public async Task AThousandServices_ScrollSmoothly()
    {
        await Tab.ShowAsync();
        await Expect(Tab.Page.Locator(".banner")).ToContainTextAsync("1000 services, all 10000 backends up");

        var result = await Tab.Page.EvaluateAsync<double[]>(Scroll);

        TestContext.Current.SendDiagnosticMessage("1,000 services of 10 backends scroll at {0:0} frames a second", result[0]);
        TestContext.Current.AddAttachment("frames a second", result[0].ToString("0", CultureInfo.InvariantCulture));
        result[1].Should().BeLessThan(MaxRows);
        await Expect(Tab.Service("service-999")).ToBeVisibleAsync();

        await Tab.Page.FillAsync("input[type=search]", "10.100.2.7");
        await Expect(Tab.Service("service-506")).ToBeVisibleAsync();
    }
}
