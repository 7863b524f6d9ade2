using Grpc.Core;

namespace Gorb.Etcd;

/// <summary>Writes into the streams of calls.</summary>
internal static class RequestStream
{
    /// <summary>Writes a message. A call that has ended already refuses it by another exception than one that ends now; here both fail alike.</summary>
    /// <exception cref="RpcException">The call has failed.</exception>
    public static async Task SendAsync<T>(this IClientStreamWriter<T> requests, T message)
    {
        try
        {
            await requests.WriteAsync(message).ConfigureAwait(false);
        }
        catch (InvalidOperationException error)
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
        catch (Exception error) when (error is InvalidOperationException or RpcException)
        {
            return; // it has ended already
        }
    }
}
