using Gorb.Ipvs;

namespace Gorb.Api.Overview;

/// <summary>An object of the overview, which is ordered by names.</summary>
internal interface IOverviewRow
{
    string Name { get; }
}

/// <summary>A service as it was read, with its backends in ordinal order of names.</summary>
internal sealed record ReadService(string Name, ServiceKey Key, OverviewService View, ReadBackend[] Backends) : IOverviewRow;

/// <summary>A backend as it was read.</summary>
internal sealed record ReadBackend(string Name, OverviewBackend View) : IOverviewRow;

/// <summary>The whole table as it was read, with its services in ordinal order of names.</summary>
internal sealed record ReadTable(string? KernelError, IReadOnlyList<ReadService> Services);

/// <summary>A service of the overview, with the revisions at which its parts last changed. Immutable.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Key">Its address, or mark.</param>
/// <param name="View">Its members.</param>
/// <param name="Backends">Its backends in ordinal order of names.</param>
internal sealed record ServiceRow(string Name, ServiceKey Key, OverviewService View, BackendRow[] Backends) : IOverviewRow
{
    /// <summary>When a member other than the traffic changed.</summary>
    public required long ChangedAt { get; init; }

    public required long TrafficAt { get; init; }

    /// <summary>When anything changed, backends included.</summary>
    public required long LatestAt { get; init; }

    public static ServiceRow Of(ServiceRow? last, ReadService read, BackendRow[] backends, bool hasRemovals, long revision)
    {
        var changedAt = last is not null && last.Key == read.Key && (last.View == read.View || last.View with { Traffic = read.View.Traffic } == read.View) ? last.ChangedAt : revision;
        var trafficAt = last is not null && last.View.Traffic == read.View.Traffic ? last.TrafficAt : revision;
        var isSame = last is not null && changedAt == last.ChangedAt && trafficAt == last.TrafficAt && !hasRemovals && backends.AsSpan().SequenceEqual(last.Backends, ReferenceEqualityComparer.Instance);
        return isSame ? last! : new ServiceRow(read.Name, read.Key, read.View, backends) { ChangedAt = changedAt, TrafficAt = trafficAt, LatestAt = revision };
    }
}

/// <summary>A backend of the overview, with the revisions at which its parts last changed. Immutable.</summary>
/// <param name="Name">Its name.</param>
/// <param name="View">Its members.</param>
internal sealed record BackendRow(string Name, OverviewBackend View) : IOverviewRow
{
    /// <summary>When a member other than the kernel's entry and the checks changed.</summary>
    public required long ChangedAt { get; init; }

    public required long KernelAt { get; init; }

    public required long ChecksAt { get; init; }

    public long LatestAt => Math.Max(ChangedAt, Math.Max(KernelAt, ChecksAt));

    public static BackendRow Of(BackendRow? last, ReadBackend read, long revision)
    {
        if (last is null)
        {
            return new BackendRow(read.Name, read.View) { ChangedAt = revision, KernelAt = revision, ChecksAt = revision };
        }

        return last.View == read.View ? last : new BackendRow(read.Name, read.View)
        {
            ChangedAt = last.View with { Kernel = read.View.Kernel, Checks = read.View.Checks } == read.View ? last.ChangedAt : revision,
            KernelAt = last.View.Kernel == read.View.Kernel ? last.KernelAt : revision,
            ChecksAt = last.View.Checks.Equals(read.View.Checks) ? last.ChecksAt : revision,
        };
    }
}

/// <summary>The removal of a service, or of a backend.</summary>
internal sealed record Removal(long Revision, string Service, string? Backend);
