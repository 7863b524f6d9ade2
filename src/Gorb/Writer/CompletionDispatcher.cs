namespace Gorb.Writer;

/// <summary>
/// Tells everybody in a batch, on as many threads of the pool as there are processors: the writer does not wait for what they do then, nor do the others for one
/// that does much; and a thread for each of them would take longer to wake than an answer takes to send.
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
