using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Gorb.Tests.Shared;

/// <summary>Waits for conditions that another thread or a peer fulfils and that nothing announces.</summary>
internal static class Poll
{
    /// <summary>The pause between two looks. It leaves the processor to the threads that fulfil the condition.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    /// <summary>Ends a test that has failed; a busy machine may need long.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(3);

    public static async Task UntilAsync(Func<Task<bool>> condition, CancellationToken stop, [CallerArgumentExpression(nameof(condition))] string? what = null)
    {
        var clock = Stopwatch.StartNew();
        while (!await condition())
        {
            if (clock.Elapsed > Limit)
            {
                throw new TimeoutException($"after {Limit.TotalMinutes} minutes it is still not so: {what}");
            }

            await Task.Delay(Pause, stop);
        }
    }
}
