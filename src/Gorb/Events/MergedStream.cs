using System.Runtime.CompilerServices;

namespace Gorb.Events;

/// <summary>Joins two streams of items into one.</summary>
internal static class MergedStream
{
    /// <summary>The first item of a stream, and then the items of this and another stream as they come. No more is read from a stream than is taken. It ends with either of them.</summary>
    /// <param name="first">The stream that begins.</param>
    /// <param name="openOther">Opens the other stream, which ends when its token is cancelled.</param>
    /// <param name="stop">Ends both.</param>
    public static async IAsyncEnumerable<T> JoinAsync<T>(this IAsyncEnumerable<T> first, Func<CancellationToken, IAsyncEnumerable<T>> openOther, [EnumeratorCancellation] CancellationToken stop)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(stop);
        await using var one = first.GetAsyncEnumerator(end.Token);
        if (!await one.MoveNextAsync())
        {
            yield break;
        }

        yield return one.Current;
        await using var other = openOther(end.Token).GetAsyncEnumerator(end.Token);
        var (nextOne, nextOther) = (one.MoveNextAsync().AsTask(), other.MoveNextAsync().AsTask());
        try
        {
            while (true)
            {
                var next = await Task.WhenAny(nextOne, nextOther);
                if (next.IsCanceled || !await next)
                {
                    yield break;
                }

                if (next == nextOne)
                {
                    yield return one.Current;
                    nextOne = one.MoveNextAsync().AsTask();
                }
                else
                {
                    yield return other.Current;
                    nextOther = other.MoveNextAsync().AsTask();
                }
            }
        }
        finally
        {
            await end.CancelAsync(); // a stream can be disposed of only while it is not read
            await Task.WhenAll((Task)nextOne, nextOther).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
