using System.Net.Sockets;
using Gorb.Ipvs;
using Gorb.Model;
using Gorb.Model.Checks;

namespace Gorb.Targets.Paths;

/// <summary>The marks that Gorb owns, with their paths: only the ledger says which mark a path has.</summary>
internal sealed class PathLedger(MarkRange range) : OwnedLedger<PathEntry>
{
    private readonly HashSet<uint> _used = [];
    private readonly HashSet<uint> _foreign = [];
    private Dictionary<ProbePath, PathEntry>? _byPath;
    private uint _next;

    /// <summary>The entries by path. Entries outside the range, which was another one when they were saved, are not among them.</summary>
    private Dictionary<ProbePath, PathEntry> ByPath => _byPath ??= Index();

    public PathEntry? Find(ProbePath path) => ByPath.TryGetValue(path, out var entry) ? entry : null;

    /// <summary>Returns the entry of a path, with a new mark if the path has none.</summary>
    /// <param name="path">The path.</param>
    /// <param name="wanted">The wanted table: a mark of one of its services is not used.</param>
    /// <returns>Null when all marks are in use.</returns>
    public PathEntry? GetOrAdd(ProbePath path, Table wanted)
    {
        if (Find(path) is { } present)
        {
            return present;
        }

        for (var tries = 0; tries < MarkRange.Size; tries++)
        {
            var mark = _next;
            _next = mark == range.Last ? range.First : mark + 1;
            if (!_used.Contains(mark) && !_foreign.Contains(mark) && !IsOfService(mark, wanted))
            {
                var entry = new PathEntry(mark, path);
                ByPath.Add(path, entry);
                _used.Add(mark);
                Own(entry);
                return entry;
            }
        }

        return null;
    }

    /// <summary>Removes an entry that the kernel does not have.</summary>
    public void Drop(PathEntry entry)
    {
        Forget(entry);
        if (Find(entry.Path) == entry)
        {
            ByPath.Remove(entry.Path);
            _used.Remove(entry.Mark);
        }
    }

    /// <summary>Removes an entry whose mark turned out to be another program's.</summary>
    public void DropForeign(PathEntry entry)
    {
        Drop(entry);
        _foreign.Add(entry.Mark);
    }

    /// <summary>Records the marks of the range that other programs use.</summary>
    public void NoteForeign(IEnumerable<uint> marks)
    {
        _foreign.Clear();
        _foreign.UnionWith(marks);
    }

    protected override string Write(PathEntry key) => key.ToString();

    protected override PathEntry Read(string text) => PathEntry.Parse(text);

    private static bool IsOfService(uint mark, Table wanted) =>
        wanted.Names.ContainsKey(ServiceKey.ForFirewallMark(mark, AddressFamily.InterNetwork))
        || wanted.Names.ContainsKey(ServiceKey.ForFirewallMark(mark, AddressFamily.InterNetworkV6));

    /// <summary>Indexes the saved entries. New marks follow the highest one, so that a mark is used again as late as possible.</summary>
    private Dictionary<ProbePath, PathEntry> Index()
    {
        var index = new Dictionary<ProbePath, PathEntry>();
        _next = range.First;
        foreach (var entry in Owned.Where(entry => range.Contains(entry.Mark)).OrderBy(static entry => entry.Mark))
        {
            index[entry.Path] = entry;
            _used.Add(entry.Mark);
            _next = entry.Mark == range.Last ? range.First : entry.Mark + 1;
        }

        return index;
    }
}
