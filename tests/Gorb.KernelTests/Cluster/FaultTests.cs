using System.Collections.Concurrent;
using System.Net;
using Gorb.KernelTests.Cluster.Chaos;
using Gorb.KernelTests.Lab;

namespace Gorb.KernelTests.Cluster;

/// <summary>
/// Random faults at random times, while clients write at all directors: no address has two holders, no acknowledged write is lost, and in the end etcd, the directors and their kernels agree.
/// eng/chaos runs more of them.
/// </summary>
public sealed class FaultTests(ThreeDirectors hosts) : IClassFixture<ThreeDirectors>
{
    private const string Four = "10.9.0.150", Six = "fd00:9::150", Services = $"services: {{ {Writers.Service}: {{ host: {Four}, port: 80 }}, six: {{ host: '{Six}', port: 80 }} }}\n";

    private readonly ChaosOptions _options = ChaosOptions.Read();
    private readonly ConcurrentQueue<Injected> _injected = [];
    private readonly WriteHistory _history = new();
    private readonly RunClock _clock = new();

    [Fact]
    public async Task Faults_DoubleNoAddress_AndLoseNoWrite()
    {
        Say($"seed {_options.Seed}, {_options.Faults} faults, leases of {_options.Lease} s");
        using var etcd = new EtcdGateway();
        await using var directors = new Directors(hosts, _options.Lease);
        await directors.StartAsync();
        await using var observer = new LinkObserver(IPAddress.Parse(Four), IPAddress.Parse(Six));
        await using var holders = new HolderRecord(observer, _clock);
        var agreement = new Agreement(directors, etcd, observer);
        var faults = new FaultRunner(hosts, directors, etcd, _clock, Note);
        var writers = new Writers(directors, _history, _clock);
        Say($"{_clock.Now.TotalSeconds:0} s: all run");
        await Eventually.Async(async () => (await directors["da"].SendAsync(HttpMethod.Put, "/config", Services)).StatusCode == HttpStatusCode.OK, () => directors.Log + hosts.Log);
        try
        {
            _history.Restart(Writers.Backends, await agreement.ReachAsync(IPAddress.Parse(Four), IPAddress.Parse(Six)), _clock.Now);
            Say($"{_clock.Now.TotalSeconds:0} s: all agree");
            foreach (var round in Fault.Draw(_options.Seed, TimeSpan.FromSeconds(_options.Lease)).Take(_options.Faults).Chunk(ChaosOptions.Round))
            {
                await RoundAsync(round, faults, writers);
                await writers.SucceedAsync();
                var table = await agreement.ReachAsync(IPAddress.Parse(Four), IPAddress.Parse(Six));
                _history.FindContradictions(table).Should().BeEmpty();
                observer.Doubled.Should().BeNull();
                _history.Restart(Writers.Backends, table, _clock.Now);
                directors.ClearLogs();
                Say($"{_clock.Now.TotalSeconds:0} s: {round[^1].Number} faults, {_history.Acknowledged} writes acknowledged, {_history.Unknown} unknown, failovers {FailoverTimes.Measure(_injected, holders.Changes)}");
            }

            observer.Rounds.Should().BePositive();
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            throw new InvalidOperationException(
                $"{error.Message}\nseed {_options.Seed}, faults:\n{string.Join('\n', _injected)}\nholders: {string.Join(", ", holders.Changes.Select(static change => $"{change.At.TotalSeconds:0.0} {change.Host}"))}\n{directors.Log}", error);
        }
    }

    /// <summary>Runs some faults, and writes all the time.</summary>
    private async Task RoundAsync(Fault[] round, FaultRunner faults, Writers writers)
    {
        using var end = new CancellationTokenSource();
        var writing = writers.RunAsync(unchecked(_options.Seed + round[0].Number), end.Token);
        var lanes = Enumerable.Range(0, _options.Lanes).Select(async lane =>
        {
            foreach (var fault in round.Where((_, index) => index % _options.Lanes == lane))
            {
                await faults.RunAsync(fault);
            }
        });
        try
        {
            await Task.WhenAll([.. lanes]);
        }
        finally
        {
            await end.CancelAsync();
            await writing;
        }
    }

    private void Note(Injected injected)
    {
        _injected.Enqueue(injected);
        Say(injected.ToString());
    }

    private void Say(string line)
    {
        if (_options.IsPrinted)
        {
            Console.WriteLine(line);
        }
    }
}
