using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using Gorb.KernelTests.Lab;

namespace Gorb.KernelTests.Cluster.Chaos;

/// <summary>Brings faults about, and ends them.</summary>
/// <param name="hosts">The hosts, with their members of etcd.</param>
/// <param name="directors">The daemons.</param>
/// <param name="etcd">Asks etcd who leads it.</param>
/// <param name="clock">The clock of the run.</param>
/// <param name="report">Told each fault when it is over.</param>
internal sealed class FaultRunner(ThreeDirectors hosts, Directors directors, EtcdGateway etcd, RunClock clock, Action<Injected> report)
{
    private readonly ConcurrentDictionary<string, SemaphoreSlim> _busy = new(StringComparer.Ordinal);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <summary>Runs a fault from its pause to its end. Waits while another one disturbs the same.</summary>
    public async Task RunAsync(Fault fault)
    {
        await Task.Delay(fault.Pause, Stop);
        var busy = _busy.GetOrAdd(fault.Resource, static _ => new SemaphoreSlim(1));
        await busy.WaitAsync(Stop);
        try
        {
            var end = await BeginAsync(fault);
            var began = clock.Now;
            await Task.Delay(end is null ? TimeSpan.Zero : fault.Hold, Stop);
            var ended = clock.Now;
            if (end is not null)
            {
                await end();
            }

            report(new Injected(fault, end is not null, began, ended, clock.Now));
        }
        finally
        {
            busy.Release();
        }
    }

    /// <returns>What ends it; null when it could not be brought about.</returns>
    private async Task<Func<Task>?> BeginAsync(Fault fault)
    {
        var host = fault.Host;
        switch (fault.Kind)
        {
            case FaultKind.KillDirector:
                await directors.KillAsync(host);
                return () => directors.RestartAsync(host);
            case FaultKind.StopDirector:
                return Begin(() => directors[host].Signal("STOP"), () => directors[host].Signal("CONT"));
            case FaultKind.Drain:
                await TryAskAsync(fault.Other, $"/director/{host}/drain");
                return () => ResumeAsync(fault.Other, host); // without an answer, too, etcd may have it
            case FaultKind.CutFromEtcd:
                return Cut(host, Cuts.FromMembers(ThreeDirectors.Names, fault.Way));
            case FaultKind.CutFromMember:
                return Cut(host, Cuts.FromMembers([fault.Other], fault.Way));
            case FaultKind.CutMembers:
                return Cut(host, Cuts.BetweenMembers([fault.Other], fault.Way));
            case FaultKind.IsolateMember:
                return Cut(host, Cuts.BetweenMembers(ThreeDirectors.Names.Except([host]), fault.Way));
            case FaultKind.CutHosts:
                return Cut(host, Cuts.BetweenHosts(fault.Other, fault.Way));
            case FaultKind.Unplug:
                return Begin(() => Cuts.Plug(host, isIn: false), () => Cuts.Plug(host, isIn: true));
            case FaultKind.Delay:
                return Begin(() => Cuts.Disturb(host, "delay", "40ms", "30ms"), () => Cuts.Calm(host));
            case FaultKind.Loss:
                return Begin(() => Cuts.Disturb(host, "loss", "10%"), () => Cuts.Calm(host));
            case FaultKind.StopLeader:
                return await etcd.FindLeaderAsync() is { } leader ? Stopped(leader) : null;
            case FaultKind.StopMajority:
                return Stopped([.. ThreeDirectors.Names.Except([host])]);
            case FaultKind.KillMember:
                await hosts.KillMemberAsync(host);
                return () => hosts.RestartMemberAsync(host);
            case FaultKind.Compact:
                return await etcd.CompactAsync() ? static () => Task.CompletedTask : null;
            default:
                throw new ArgumentOutOfRangeException(nameof(fault), fault, "unknown kind");
        }
    }

    private static Func<Task> Begin(Action begin, Action end)
    {
        begin();
        return End(end);
    }

    private static Func<Task> End(Action end) => () =>
    {
        end();
        return Task.CompletedTask;
    };

    private static Func<Task> Cut(string host, IReadOnlyList<string> rules) => End(Cuts.Cut(host, rules));

    private Func<Task> Stopped(params string[] members) => Begin(
        () => Array.ForEach(members, member => hosts.SignalMember(member, "STOP")), () => Array.ForEach(members, member => hosts.SignalMember(member, "CONT")));

    /// <summary>Lets a director take part again. That is refused as long as other faults keep etcd away.</summary>
    private async Task ResumeAsync(string asked, string host) => await Eventually.Async(async () => await TryAskAsync(asked, $"/director/{host}/resume"), () => directors.Log);

    private async Task<bool> TryAskAsync(string director, string path)
    {
        try
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(Stop);
            limit.CancelAfter(TimeSpan.FromSeconds(20));
            using var answer = await directors[director].Http.PostAsync(new Uri(path, UriKind.Relative), null, limit.Token);
            return answer.StatusCode == HttpStatusCode.OK;
        }
        catch (Exception error) when (error is HttpRequestException or ObjectDisposedException or OperationCanceledException && !Stop.IsCancellationRequested)
        {
            return false;
        }
    }
}

/// <summary>A fault that is over.</summary>
/// <param name="Fault">The fault.</param>
/// <param name="IsDone">False when it could not be brought about, because etcd did not answer.</param>
/// <param name="Began">When it was brought about.</param>
/// <param name="Ended">When it began to be ended.</param>
/// <param name="Healed">When it was ended.</param>
internal sealed record Injected(Fault Fault, bool IsDone, TimeSpan Began, TimeSpan Ended, TimeSpan Healed)
{
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Began.TotalSeconds:0.0}..{Ended.TotalSeconds:0.0}..{Healed.TotalSeconds:0.0} {Fault}{(IsDone ? "" : " (not possible: etcd did not answer)")}");
}
