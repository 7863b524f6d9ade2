using Gorb.Etcd;
using Gorb.Logging;
using Gorb.Model;
using Gorb.Model.Merging;
using Gorb.Platform;
using Gorb.Writer;

namespace Gorb.Cluster;

/// <summary>Keeps the director in its cluster: joins, follows the cluster's table, and writes it. Without etcd the director goes on with the table that it has.</summary>
/// <param name="state">What the director knows of its place in the cluster.</param>
/// <param name="memory">Remembers which cluster's table the state file holds.</param>
/// <param name="follower">Follows the cluster's table.</param>
/// <param name="shared">Writes the cluster's table.</param>
/// <param name="applier">Brings the cluster's table into the director's own.</param>
/// <param name="writer">The director's own table.</param>
/// <param name="edits">Takes changes, which wait until the director has them.</param>
/// <param name="registry">Tells the other directors of this one.</param>
/// <param name="logger">The log.</param>
internal sealed partial class ClusterService(
    ClusterState state, ClusterMemory memory, SharedFollower follower, SharedWriter shared, SharedApplier applier, TableWriter writer, ClusterTableWriter edits, DirectorRegistry registry, ILogger<ClusterService> logger) : BackgroundService
{
    /// <summary>When to try again what this kernel, this disk or etcd did not take.</summary>
    private static readonly TimeSpan Retry = TimeSpan.FromSeconds(1), RefusedRetry = TimeSpan.FromSeconds(10);

    private readonly ILogger _logger = logger;
    private readonly RepeatFilter _repeats = new();
    private string? _joined;

    /// <inheritdoc/>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        edits.Stop();
        await base.StopAsync(cancellationToken).ConfigureAwait(false);
        await registry.LeaveAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await writer.Started.WaitAsync(stoppingToken).ConfigureAwait(false);
            await Together.RunAsync(stoppingToken, follower.RunAsync, shared.RunAsync, FollowAsync, registry.RunAsync).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            return; // the daemon is stopping
        }
    }

    private async Task FollowAsync(CancellationToken cancel)
    {
        while (true)
        {
            var changed = follower.Changed; // before the table is read, so that no change is missed
            var pause = await TryStepAsync(follower.Current, cancel).ConfigureAwait(false);
            registry.NoteHead();
            applier.Tell();
            Report();
            await WaitAsync(changed, pause, cancel).ConfigureAwait(false);
        }
    }

    private static async Task WaitAsync(Task changed, TimeSpan pause, CancellationToken cancel)
    {
        try
        {
            await changed.WaitAsync(pause, cancel).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            return; // it is tried again
        }
    }

    /// <summary>Brings the director to the cluster's table as it is now.</summary>
    /// <returns>When to try again if nothing changes.</returns>
    private async Task<TimeSpan> TryStepAsync(SharedTable table, CancellationToken cancel)
    {
        if (table.Revision == 0 || follower.Problem is not null || (_joined is not null && table.Identity == _joined && applier.Has(table)))
        {
            return Timeout.InfiniteTimeSpan;
        }

        try
        {
            return await StepAsync(table, cancel).ConfigureAwait(false) ? Timeout.InfiniteTimeSpan : applier.Refused.Count > 0 ? RefusedRetry : Retry;
        }
        catch (Exception error) when (error is RequestException or IOException or UnauthorizedAccessException)
        {
            var reason = error is RequestException { Problems: [var first, ..] } ? first.Text : error.Message;
            state.NoteApart(reason);
            return Retry;
        }
    }

    private async Task<bool> StepAsync(SharedTable table, CancellationToken cancel)
    {
        if (_joined is null || table.Identity != _joined)
        {
            var decision = JoinDecision.Of(state.Options.Address.Name, table, OwnTable(), memory.Read(), state.Options.Brings, memory.StateFile);
            switch (decision.Step)
            {
                case JoinStep.Wait:
                    state.NoteApart(decision.Problem);
                    return true;
                case JoinStep.Bring:
                    await BringAsync(table, cancel).ConfigureAwait(false);
                    return true; // the table comes as a change
                case JoinStep.Replace:
                    LogReplaced(state.Options.Address.Name, memory.SaveFormer(writer.Current) ?? memory.StateFile);
                    break;
            }

            memory.Write(table.Identity!);
            _joined = table.Identity;
            await ForgetFormerRunsAsync(cancel).ConfigureAwait(false);
        }

        state.NoteApart(null);
        return await applier.ApplyAsync(table).ConfigureAwait(false);
    }

    /// <summary>The director's table as it is in a cluster: what its file (--config) declared there, or before it was a director, is of a source of its own.</summary>
    private Table OwnTable() => writer.Current.RenameSource(SourceName.File, SourceName.OfFile(state.Options.Director));

    /// <summary>Brings the director's table to a cluster that has none, unless another director is faster.</summary>
    private async Task BringAsync(SharedTable table, CancellationToken cancel)
    {
        var own = OwnTable();
        applier.Show(table);
        var made = shared.ChangeAsync(new SharedEdit(new ChangeOrigin(Actors.Cluster), transaction =>
        {
            if (!transaction.Before.Services.IsEmpty)
            {
                throw RequestException.Conflict("the cluster has a table already");
            }

            transaction.Follow(own.Services.Values.Select(static service => (service.Name, (Service?)service)), own.Declarations);
        })
        { Identity = table.Identity is null ? TableIdentity.Create() : null });
        while (!made.IsCompleted)
        {
            var changed = follower.Changed;
            applier.Show(follower.Current); // with it the edit learns of another director that was faster
            await Task.WhenAny(made, changed).WaitAsync(cancel).ConfigureAwait(false);
        }

        await made.ConfigureAwait(false);
        LogBrought(state.Options.Address.Name, own.Services.Count);
    }

    private async Task ForgetFormerRunsAsync(CancellationToken cancel)
    {
        try
        {
            await shared.ForgetFormerRunsAsync(cancel).ConfigureAwait(false);
        }
        catch (EtcdException error)
        {
            LogLeftOver(state.Options.Address.Name, error.Message);
        }
    }

    private void Report()
    {
        var problems = FindProblems().ToList();
        _repeats.Keep(subject => problems.Exists(problem => problem.Subject == subject));
        foreach (var (_, problem) in problems.Where(problem => _repeats.IsNew(problem.Text, problem.Subject)))
        {
            LogProblem(state.Options.Address.Name, problem);
        }
    }

    private IEnumerable<(string Subject, string Text)> FindProblems()
    {
        if (state.Stale is { } stale)
        {
            yield return ("etcd", stale.Reason);
        }

        if (registry.Twin is { } twin)
        {
            yield return ("name", twin);
        }

        foreach (var (service, reason) in state.Refused)
        {
            yield return ($"service {service}", $"service '{service}' stays as it was: {reason}");
        }
    }

    [LoggerMessage(1200, LogLevel.Warning, "Cluster {Cluster}: {Problem}")]
    private partial void LogProblem(string cluster, string problem);

    [LoggerMessage(1201, LogLevel.Warning, "The table of cluster {Cluster} replaces the one that this director had, which is saved in {File}")]
    private partial void LogReplaced(string cluster, string file);

    [LoggerMessage(1203, LogLevel.Information, "Cluster {Cluster}: what an earlier run of this director has left in etcd stays until the next start: {Reason}")]
    private partial void LogLeftOver(string cluster, string reason);

    [LoggerMessage(1202, LogLevel.Information, "The cluster {Cluster} has the table of this director: {Services} services")]
    private partial void LogBrought(string cluster, int services);
}
