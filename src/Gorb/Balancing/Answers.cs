namespace Gorb.Balancing;

/// <summary>
/// Tells everybody in a batch, on one thread of the pool: the writer does not wait for what they do then, and a thread for each of them would take longer to
/// wake than an answer takes to send.
/// </summary>
internal sealed class Answers(List<Request> requests) : IThreadPoolWorkItem
{
    public static void Give(List<Request> requests) => ThreadPool.UnsafeQueueUserWorkItem(new Answers(requests), preferLocal: false);

    public void Execute() => requests.ForEach(static request => request.Complete());
}
