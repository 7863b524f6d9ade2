namespace Gorb.Writer;

/// <summary>
/// Completes the requests of a batch on at most one pool thread per processor. The writer does not wait for continuations, and a long continuation does not delay
/// all other requests. A thread for each request would take longer to wake than an answer takes to send.
/// </summary>
internal sealed class CompletionDispatcher(List<Request> requests) : IThreadPoolWorkItem
{
    private int _given;

    public static void Dispatch(List<Request> requests)
    {
        var answers = new CompletionDispatcher(requests);
        for (var threads = Math.Min(requests.Count, Environment.ProcessorCount); threads > 0; threads--)
        {
            ThreadPool.UnsafeQueueUserWorkItem(answers, preferLocal: false);
        }
    }

    public void Execute()
    {
        for (var next = Interlocked.Increment(ref _given); next <= requests.Count; next = Interlocked.Increment(ref _given))
        {
            requests[next - 1].Complete();
        }
    }
}
