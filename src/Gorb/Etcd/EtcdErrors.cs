using Grpc.Core;

namespace Gorb.Etcd;

/// <summary>Tells what an error of a call means: who is to blame, whether anything may have changed, and whether another member may do better.</summary>
internal static class EtcdErrors
{
    private const string Prefix = "etcdserver: ";

    /// <summary>
    /// True if the call was surely not carried out, and another member, or the same one a little later, may carry it out. A member that stops ("server stopped") is not among them: it answers so
    /// also for changes that it has proposed.
    /// </summary>
    public static bool IsUndone(RpcException error) =>
        (error.StatusCode == StatusCode.Unavailable && error.Status.Detail is "etcdserver: no leader" or "etcdserver: not capable")
        || (error.StatusCode == StatusCode.ResourceExhausted && error.Status.Detail == "etcdserver: too many requests")
        || IsUnsent(error);

    /// <summary>True if the member, or the way to it, failed, so that nothing is known of what became of the call.</summary>
    public static bool IsLost(RpcException error) =>
        error.StatusCode is StatusCode.Unavailable or StatusCode.Cancelled or StatusCode.DeadlineExceeded or StatusCode.Internal or StatusCode.Aborted or StatusCode.Unimplemented
        || (error.StatusCode == StatusCode.Unknown && !error.Status.Detail.StartsWith(Prefix, StringComparison.Ordinal));

    /// <summary>True if etcd does not know the token of the login (any more); it changed nothing.</summary>
    public static bool IsTokenStale(RpcException error) =>
        error.StatusCode == StatusCode.Unauthenticated
        || (error.StatusCode == StatusCode.InvalidArgument && error.Status.Detail is "etcdserver: revision of auth store is old" or "etcdserver: user name is empty");

    /// <summary>The exception for an error that etcd answered.</summary>
    public static EtcdException Rejection(RpcException error, Uri endpoint) => error.StatusCode switch
    {
        StatusCode.OutOfRange when error.Status.Detail.Contains("compacted", StringComparison.Ordinal) => Make(EtcdFailure.Compacted, error, endpoint),
        StatusCode.NotFound when error.Status.Detail.Contains("lease", StringComparison.Ordinal) => Make(EtcdFailure.LeaseLost, error, endpoint),
        StatusCode.PermissionDenied or StatusCode.Unauthenticated => Make(EtcdFailure.Forbidden, error, endpoint),
        StatusCode.InvalidArgument when error.Status.Detail.Contains("authentication failed", StringComparison.Ordinal) => Make(EtcdFailure.Forbidden, error, endpoint),
        _ => Make(EtcdFailure.Rejected, error, endpoint),
    };

    /// <summary>The reason of a failure, in one line.</summary>
    public static string Reason(RpcException error)
    {
        Exception root = error.Status.DebugException ?? error;
        while (root.InnerException is { } inner)
        {
            root = inner;
        }

        return root is RpcException ? error.Status.Detail : root.Message;
    }

    private static EtcdException Make(EtcdFailure failure, RpcException error, Uri endpoint) =>
        new(failure, $"etcd at {endpoint.Authority} answers: {error.Status.Detail.Replace(Prefix, "", StringComparison.Ordinal)}", error);

    /// <summary>True if there was no connection on which the call could have been sent.</summary>
    private static bool IsUnsent(RpcException error)
    {
        for (var cause = error.Status.DebugException; cause is not null; cause = cause.InnerException)
        {
            if (cause is HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError or HttpRequestError.SecureConnectionError }
                or TimeoutException) // of connecting; no other time-out of the handler is set
            {
                return true;
            }
        }

        return false;
    }
}
