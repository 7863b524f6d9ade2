namespace Gorb.Platform;

/// <summary>Runs tasks that depend on each other and do not end by themselves.</summary>
internal static class Together
{
    /// <summary>Runs tasks until they are cancelled, or one of them ends: then the others are cancelled, too, so that a defect in one does not leave the others waiting for it.</summary>
    /// <param name="cancel">Ends all of them.</param>
    /// <param name="tasks">Starts the tasks.</param>
    /// <exception cref="Exception">What ended the first one.</exception>
    public static async Task RunAsync(CancellationToken cancel, params IReadOnlyList<Func<CancellationToken, Task>> tasks)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var running = tasks.Select(start => start(end.Token)).ToList();
        await Task.WhenAny(running).ConfigureAwait(false);
        await end.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(running).ConfigureAwait(false);
    }
}
