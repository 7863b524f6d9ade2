using System.Diagnostics;

namespace Gorb.KernelTests.Lab;

/// <summary>Waits for a condition that the kernel brings about in its own time.</summary>
internal static class Eventually
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    public static async Task Async(Func<Task<bool>> condition)
    {
        var clock = Stopwatch.StartNew();
        while (!await condition())
        {
            clock.Elapsed.Should().BeLessThan(Limit, "the condition should hold by then");
            await Task.Delay(Pause, TestContext.Current.CancellationToken);
        }
    }
}
