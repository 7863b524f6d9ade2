namespace Gorb.Tests.Shared;

/// <summary>Waits for conditions that another thread or a peer fulfils and that nothing announces.</summary>
internal static class Poll
{
    /// <summary>The pause between two looks. It only leaves the processor to whoever fulfils the condition; how long a test waits is decided by its token.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    public static async Task UntilAsync(Func<Task<bool>> condition, CancellationToken stop)
    {
        while (!await condition())
        {
            await Task.Delay(Pause, stop);
        }
    }
}
