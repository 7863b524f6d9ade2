using System.Diagnostics;

namespace Gorb.KernelTests.Lab;

/// <summary>Waits for a condition that the kernel or the daemon fulfils after a while. The limit only ends a test that has failed: a busy machine may need long.</summary>
internal static class Eventually
{
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(120);
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(50);

    /// <param name="condition">The expected condition.</param>
    /// <param name="describe">Diagnostics for a failure.</param>
    public static async Task Async(Func<Task<bool>> condition, Func<string>? describe = null)
    {
        var clock = Stopwatch.StartNew();
        while (!await condition())
        {
            if (clock.Elapsed > Limit)
            {
                Assert.Fail($"The condition did not hold after {Limit.TotalSeconds} s.{(describe is null ? "" : $"\n{describe()}")}");
            }

            await Task.Delay(PollInterval, TestContext.Current.CancellationToken);
        }
    }
}
