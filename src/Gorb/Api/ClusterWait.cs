using Gorb.Cluster;
using Gorb.Model;
using Gorb.Model.Text;
using Gorb.Platform;

namespace Gorb.Api;

/// <summary>Whether the answer of a change waits for the other directors of the cluster: the query members <c>wait</c> and <c>timeout</c>.</summary>
internal readonly struct ClusterWait
{
    public const string WaitDescription = "all: answer when every live director of the cluster has the change in its kernel. Absent: when the director that is asked has it. Without a cluster both are the same.";

    public const string TimeoutDescription = "How long to wait, a time such as 10s, 1m at most; with wait=all. Default: 10s. When it is up the answer is 504 and names the directors that do not have the change yet; it stands.";

    private static readonly TimeSpan Usual = TimeSpan.FromSeconds(10), Most = TimeSpan.FromMinutes(1);

    private readonly HttpRequest _request;
    private readonly TimeSpan? _limit;

    private ClusterWait(HttpRequest request, TimeSpan? limit) => (_request, _limit) = (request, limit);

    /// <summary>Reads the members, before anything is changed.</summary>
    /// <exception cref="RequestException">One of them is wrong.</exception>
    public static ClusterWait Read(HttpRequest request, string? wait, string? timeout)
    {
        if (wait is not (null or "all"))
        {
            throw RequestException.Invalid(new Problem("wait", ProblemList.Shorten(wait), "must be all, or absent"));
        }

        if (timeout is not null && wait is null)
        {
            throw RequestException.Invalid(new Problem("timeout", ProblemList.Shorten(timeout), "is for wait=all; add that, or leave timeout out"));
        }

        var limit = Usual;
        return timeout is null || (Duration.TryParse(timeout, out limit) && limit <= Most)
            ? new ClusterWait(request, wait is null ? null : limit)
            : throw RequestException.Invalid(new Problem("timeout", ProblemList.Shorten(timeout), $"must be a time such as 10s, {Duration.Format(Most)} at most"));
    }

    /// <summary>Waits for a change, and for the other directors if the request asks for it.</summary>
    /// <param name="change">The change.</param>
    /// <param name="service">The service that it concerns; null for the whole table.</param>
    /// <exception cref="RequestException">The change was refused; or it was made, and a director has not got it in time.</exception>
    public Task AfterAsync(Task change, string? service) =>
        _limit is { } limit && _request.HttpContext.RequestServices.GetService<ClusterState>() is { } cluster ? WaitAsync(change, cluster, service, limit) : change;

    private async Task WaitAsync(Task change, ClusterState cluster, string? service, TimeSpan limit)
    {
        await change;
        using var end = CancellationTokenSource.CreateLinkedTokenSource(_request.HttpContext.RequestAborted, _request.HttpContext.RequestServices.Get<IHostApplicationLifetime>().ApplicationStopping);
        var missing = await cluster.WaitForAllAsync(service, limit, end.Token);
        if (missing.Count > 0)
        {
            throw RequestException.Late(
                missing.Count == 1 ? "the change is made, but one director has not got it in time" : $"the change is made, but {missing.Count} directors have not got it in time",
                [.. missing.Select(static director => new Problem("director", director.Name, director.Reason))]);
        }
    }
}
