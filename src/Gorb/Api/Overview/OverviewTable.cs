using System.Collections.Immutable;

namespace Gorb.Api.Overview;

/// <summary>
/// One revision of the overview. Each part of it knows at which revision it last changed, so that the changes since any earlier revision can be told without a list of changes for each
/// follower. Immutable.
/// </summary>
internal sealed class OverviewTable
{
    /// <summary>How many removals are remembered. A follower who missed more than these has to begin again.</summary>
    public const int MaxRemovals = 20_000;

    private readonly ImmutableArray<Removal> _removals;

    private OverviewTable(long revision, long oldest, string? kernelError, IReadOnlyList<ServiceRow> services, ImmutableArray<Removal> removals) =>
        (Revision, Oldest, KernelError, Services, _removals) = (revision, oldest, kernelError, services, removals);

    /// <summary>The number of the revision. Later ones are larger.</summary>
    public long Revision { get; }

    /// <summary>The oldest revision since which all changes are known.</summary>
    public long Oldest { get; }

    /// <summary>Why the kernel's table could not be read; null when it could.</summary>
    public string? KernelError { get; }

    /// <summary>The services in ordinal order of names.</summary>
    public IReadOnlyList<ServiceRow> Services { get; }

    /// <summary>The first revision, before which nothing is known.</summary>
    public static OverviewTable First(ReadTable read, long revision) => new OverviewTable(revision, revision, null, [], []).Fold(read, revision);

    /// <summary>The next revision; this one if nothing has changed.</summary>
    public OverviewTable Next(ReadTable read, long revision) =>
        Fold(read, revision) is var next && KernelError == next.KernelError && _removals == next._removals && Services.SequenceEqual(next.Services, ReferenceEqualityComparer.Instance) ? this : next;

    /// <summary>What was removed after a revision, by service.</summary>
    public ILookup<string, string?> RemovedSince(long revision) =>
        _removals.SkipWhile(removal => removal.Revision <= revision).ToLookup(static removal => removal.Service, static removal => removal.Backend, StringComparer.Ordinal);

    private OverviewTable Fold(ReadTable read, long revision)
    {
        var removals = new List<Removal>();
        var services = new List<ServiceRow>(read.Services.Count);
        foreach (var (last, now) in Pair(Services, read.Services))
        {
            var before = removals.Count;
            var backends = FoldBackends(last, now, revision, removals);
            if (now is not null)
            {
                services.Add(ServiceRow.Of(last, now, backends, removals.Count > before, revision));
            }
            else
            {
                removals.Add(new Removal(revision, last!.Name, null));
            }
        }

        var all = removals.Count == 0 ? _removals : _removals.AddRange(removals);
        var dropped = Math.Max(0, all.Length - MaxRemovals);
        return new OverviewTable(revision, dropped == 0 ? Oldest : all[dropped - 1].Revision, read.KernelError, services, dropped == 0 ? all : all[dropped..]);
    }

    /// <summary>The backends of a service now. Those of a removed service are removed one by one: a later service of its name may have others.</summary>
    private static BackendRow[] FoldBackends(ServiceRow? last, ReadService? now, long revision, List<Removal> removals)
    {
        var backends = new List<BackendRow>(now?.Backends.Length ?? 0);
        foreach (var (old, read) in Pair(last?.Backends ?? [], now?.Backends ?? []))
        {
            if (read is not null)
            {
                backends.Add(BackendRow.Of(old, read, revision));
            }
            else
            {
                removals.Add(new Removal(revision, last!.Name, old!.Name));
            }
        }

        return [.. backends];
    }

    /// <summary>Pairs rows by name; both lists are in ordinal order of names.</summary>
    private static IEnumerable<(TOld? Old, TNew? New)> Pair<TOld, TNew>(IReadOnlyList<TOld> old, IReadOnlyList<TNew> now) where TOld : class, IOverviewRow where TNew : class, IOverviewRow
    {
        var (i, j) = (0, 0);
        while (i < old.Count || j < now.Count)
        {
            var order = i == old.Count ? 1 : j == now.Count ? -1 : string.CompareOrdinal(old[i].Name, now[j].Name);
            yield return (order <= 0 ? old[i++] : null, order >= 0 ? now[j++] : null);
        }
    }
}
