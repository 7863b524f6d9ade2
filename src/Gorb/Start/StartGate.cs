namespace Gorb.Start;

/// <summary>
/// Lets the server listen before the daemon is ready. A request that arrives early waits until the saved table is loaded and has been compared with the
/// kernel.
/// </summary>
internal static class StartGate
{
    public static void UseStartGate(this WebApplication app)
    {
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        app.Lifetime.ApplicationStarted.Register(started.SetResult);
        app.Use(next => context => started.Task.IsCompleted || context.GetEndpoint()?.Metadata.GetMetadata<AnswersEarly>() is not null
            ? next(context)
            : WaitAsync(started.Task, next, context));
    }

    private static async Task WaitAsync(Task started, RequestDelegate next, HttpContext context)
    {
        await started.WaitAsync(context.RequestAborted);
        await next(context);
    }
}

/// <summary>Marks an endpoint that reports on the process only and does not wait for the table.</summary>
internal sealed class AnswersEarly;
