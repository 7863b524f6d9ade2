using Grpc.Core;

namespace Gorb.Etcd;

/// <summary>Writes into the streams of calls.</summary>
internal static class RequestStream
{
    /// <summary>
    /// Writes a message. The library lets through what the connection throws, such as <see cref="HttpProtocolException"/> when the member does not answer a ping, and a call that has ended already
    /// refuses the message by yet another exception; here all fail alike.
    /// </summary>
    /// <exception cref="RpcException">The call has failed.</exception>
    public static async Task SendAsync<T>(this IClientStreamWriter<T> requests, T message)
    {
        try
        {
            await requests.WriteAsync(message).ConfigureAwait(false);
        }
        catch (Exception error) when (IsEnd(error))
        {
            throw new RpcException(new Status(StatusCode.Unavailable, "the call ended before the request was written", error));
        }
    }

    /// <summary>Tells that nothing more comes. What has been answered stays answered if the call fails now.</summary>
    public static async Task EndAsync<T>(this IClientStreamWriter<T> requests)
    {
        try
        {
            await requests.CompleteAsync().ConfigureAwait(false);
        }
        catch (Exception error) when (error is RpcException || IsEnd(error))
        {
            return; // it has ended already
        }
    }

    private static bool IsEnd(Exception error) => error is InvalidOperationException or IOException or HttpRequestException or OperationCanceledException;
}
