using System.Threading.Channels;
using Gorb.Sources.Docker;

namespace Gorb.Tests.Sources.Docker;

/// <summary>An engine whose containers and events are what the test says.</summary>
internal sealed class FakeEngine : IEngine
{
    private Exception? _defect;
    private volatile Container[] _containers = [];
    private volatile Channel<EngineEvent> _events = Channel.CreateUnbounded<EngineEvent>();

    /// <summary>The signal by which every container wants to be stopped.</summary>
    public int StopSignal { get; set; } = SignalName.Term;

    /// <summary>What the image of every container was called at the start; null for a container that is gone.</summary>
    public string? Image { get; set; } = "acme/web:1.2";

    /// <summary>How often something was asked that the list does not say.</summary>
    public int Inspections { get; private set; }

    /// <summary>The first process of every container.</summary>
    public long Pid { get; set; } = 1;

    public void Have(params Container[] containers) => _containers = containers;

    public void Happen(string name, string action, int? signal = null) => _events.Writer.TryWrite(new EngineEvent($"id-{name}", action, signal));

    /// <summary>The next list is this failure.</summary>
    public void FailOnce(Exception defect) => _defect = defect;

    /// <summary>Ends the stream of events; the next one begins at once.</summary>
    public void Lose()
    {
        var lost = _events;
        _events = Channel.CreateUnbounded<EngineEvent>();
        lost.Writer.Complete();
    }

    public Task<EngineInfo> GetInfoAsync(CancellationToken stop) => Task.FromResult(new EngineInfo("host1", DateTimeOffset.UnixEpoch));

    public Task<IReadOnlyList<Container>> ListAsync(CancellationToken stop) =>
        Interlocked.Exchange(ref _defect, null) is { } defect ? throw defect : Task.FromResult<IReadOnlyList<Container>>(_containers);

    public async Task WatchAsync(DateTimeOffset since, Action<EngineEvent> happened, CancellationToken stop)
    {
        await foreach (var one in _events.Reader.ReadAllAsync(stop))
        {
            happened(one);
        }

        throw new EngineException("the engine ended its stream of events", new EndOfStreamException());
    }

    public Task<ContainerDetails?> InspectAsync(string id, CancellationToken stop)
    {
        Inspections++;
        return Task.FromResult(Image is null ? null : new ContainerDetails(Pid, StopSignal, Image));
    }

    public void Dispose() => _events.Writer.TryComplete();
}
