using System.Globalization;
using Gorb.Cli.Objects;
using Gorb.Client;
using Gorb.Model.Text;

namespace Gorb.Cli.Operate;

/// <summary>Waits until enough backends of a service are healthy, told by <c>/events</c>.</summary>
/// <param name="client">The daemon.</param>
/// <param name="service">The service.</param>
/// <param name="wanted">How many backends; null for all that do not drain.</param>
/// <param name="output">What is printed.</param>
/// <param name="time">The clock.</param>
internal sealed class HealthWait(GorbClient client, string service, int? wanted, VerbOutput output, TimeProvider time)
{
    /// <summary>The interval between two looks while a backend has no result of its checks: the first one, if it is as expected, is no event.</summary>
    private static readonly TimeSpan UncheckedInterval = TimeSpan.FromMilliseconds(500);

    /// <summary>The interval between two looks without an event.</summary>
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    private readonly Progress _progress = new(output);
    private IReadOnlyList<BackendState> _backends = [];
    private GorbException? _lost;

    /// <returns>The exit status.</returns>
    /// <exception cref="GorbException">The daemon refuses, or does not answer when the wait begins.</exception>
    public async Task<int> RunAsync(TimeSpan timeout, CancellationToken stop)
    {
        using var deadline = new CancellationTokenSource(timeout, time);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(stop, deadline.Token);
        try
        {
            await ReadAsync(stop); // at least one look, which names a wrong service, or a daemon that is not there
            while (!IsReached)
            {
                await FollowAsync(end.Token);
            }

            await _progress.EndAsync();
            await output.WriteLineAsync(Count());
            return ExitStatus.Done;
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested && !stop.IsCancellationRequested)
        {
            await _progress.EndAsync();
            return await FailAsync(timeout);
        }
    }

    private int Healthy => _backends.Count(static backend => backend.IsHealthy);

    private int Wanted => wanted ?? Math.Max(1, _backends.Count(static backend => !backend.IsDraining));

    private bool IsReached => Healthy >= Wanted;

    /// <summary>Looks whenever an event may have changed something, until enough are healthy or the stream of events ends.</summary>
    private async Task FollowAsync(CancellationToken stop)
    {
        try
        {
            await using var changes = new ChangeListener(client, service, time);
            while (!IsReached && await changes.WaitAsync(_backends.Any(static backend => backend.IsUnchecked) ? UncheckedInterval : Interval, stop))
            {
                await ReadAsync(stop);
            }
        }
        catch (GorbException error) when (error is not GorbRefusalException)
        {
            _lost = error; // a daemon that is being restarted comes back
        }

        if (!IsReached)
        {
            await Task.Delay(UncheckedInterval, time, stop);
        }
    }

    private async Task ReadAsync(CancellationToken stop)
    {
        _backends = await client.GetBackendsAsync(service, stop);
        _lost = null;
        await _progress.ShowAsync(Count(), (double)Healthy / Wanted);
    }

    private string Count() => string.Create(CultureInfo.InvariantCulture, $"{service}: {Healthy} of {Wanted} backends healthy");

    private async Task<int> FailAsync(TimeSpan timeout)
    {
        await DaemonCall.FailAsync($"{Count()} after {Duration.Format(timeout)}", ExitStatus.Differs);
        if (_lost is { } error)
        {
            await Terminal.WriteErrorAsync($"  {error.Message}");
        }

        foreach (var backend in _backends.Where(static backend => !backend.IsHealthy))
        {
            await Terminal.WriteErrorAsync($"  {backend.Path}: {backend.State} for {Age.Format(backend.Since)}{(backend.Reason.Length > 0 ? $": {backend.Reason}" : "")}");
        }

        if (wanted > _backends.Count)
        {
            await Terminal.WriteErrorAsync(string.Create(CultureInfo.InvariantCulture, $"  the service has {_backends.Count} backend{(_backends.Count == 1 ? "" : "s")} in all"));
        }

        return ExitStatus.Differs;
    }
}
