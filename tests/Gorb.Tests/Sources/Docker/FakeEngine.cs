using System.Threading.Channels;
using Gorb.Sources.Docker;

namespace Gorb.Tests.Sources.Docker;

/// <summary>A Docker engine with the containers and events that the test sets.</summary>
internal sealed class FakeEngine : IEngine
{
    private Exception? _defect;
    private volatile Container[] _containers = [];
    private volatile Channel<EngineEvent> _events = Channel.CreateUnbounded<EngineEvent>();

    /// <summary>The stop signal of every container.</summary>
    public int StopSignal { get; set; } = SignalName.Term;

    /// <summary>The image name of every container at its start; null if the container is gone.</summary>
    public string? Image { get; set; } = "acme/web:1.2";

    /// <summary>The number of inspections, which give the details that the list lacks.</summary>
    public int Inspections { get; private set; }

    /// <summary>The process id of every container's first process.</summary>
    public long Pid { get; set; } = 1;

    public void Have(params Container[] containers) => _containers = containers;

    public void Happen(string name, string action, int? signal = null) => _events.Writer.TryWrite(new EngineEvent($"id-{name}", action, signal));

    /// <summary>Makes the next request for the list fail.</summary>
    public void FailOnce(Exception defect) => _defect = defect;

    /// <summary>Ends the stream of events; the next stream can start at once.</summary>
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
