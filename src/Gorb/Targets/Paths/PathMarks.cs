using System.Collections.Concurrent;
using Gorb.Model.Checks;

namespace Gorb.Targets.Paths;

/// <summary>The firewall marks by which checks by path reach their backends. The writer keeps them; probes read them on any thread.</summary>
internal sealed class PathMarks(MarkRange range)
{
    private readonly ConcurrentDictionary<ProbePath, uint> _ready = [];

    /// <summary>The marks that are set aside.</summary>
    public MarkRange Range => range;

    /// <summary>Returns the mark of a path; null while the kernel does not have it.</summary>
    public uint? Find(ProbePath path) => _ready.TryGetValue(path, out var mark) ? mark : null;

    /// <summary>Records that the kernel has the service of a mark.</summary>
    public void Add(PathEntry entry) => _ready[entry.Path] = entry.Mark;

    /// <summary>Records that the kernel may lack the service of a path.</summary>
    public void Remove(ProbePath path) => _ready.TryRemove(path, out _);
}
