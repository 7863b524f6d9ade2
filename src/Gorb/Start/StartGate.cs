namespace Gorb.Start;

/// <summary>
/// The server listens before the daemon is ready, so that neither waits for the other: a request that comes early is routed, and answered as soon as the
/// saved table is there and the kernel was compared with it.
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

/// <summary>Marks an endpoint that speaks of the process alone and need not wait for the table.</summary>
internal sealed class AnswersEarly;
