using Gorb.Ipvs;
using Gorb.Model.Merging;
using Gorb.Model.Policy;

namespace Gorb.Model;

/// <summary>A service of the wanted table, with its backends by name.</summary>
internal sealed record Service(string Name, ServiceSpec Spec, Backends Backends)
{
    /// <summary>The source that declares it.</summary>
    public string Source { get; init; } = SourceName.Api;

    /// <summary>It is removed with the last of its backends, all of which drain.</summary>
    public bool IsDraining { get; init; }

    /// <summary>When it goes, since its source no longer declares it; null while that does. It holds its name and place against nobody.</summary>
    public Drain? Departure { get; init; }

    public static Service Create(string name, ServiceSpec spec, string source = SourceName.Api) => new(name, spec, Backends.None) { Source = source };

    /// <summary>Where the sorry backend stands in the kernel while it serves; null without one.</summary>
    public DestinationKey? SorryKey => Spec.Fallback == Fallback.Sorry ? Spec.Sorry?.Key : null;

    /// <summary>The verdict that outlives the daemon: that of the checks with "start: keep", and none, which counts as up, without.</summary>
    public Verdict KeptVerdict(Backend backend) => Spec.Start == StartPolicy.Keep ? backend.Health.Verdict : Verdict.Up;

    /// <summary>Says which destinations of the kernel's entry are the service's own, whether or not they are wanted there at the moment.</summary>
    public Func<DestinationKey, bool> Owns()
    {
        HashSet<DestinationKey>? own = null; // rarely asked for
        return key => (own ??= OwnKeys()).Contains(key);
    }

    /// <summary>True when a store that has the other one need not write this one; backends aside.</summary>
    public bool IsSavedAs(Service other) => Spec == other.Spec && Source == other.Source && IsDraining == other.IsDraining && Departure == other.Departure;

    /// <summary>Keys of the kernel that are the service's own, whether or not they are wanted there at the moment.</summary>
    public HashSet<DestinationKey> OwnKeys()
    {
        var keys = Backends.Values.Select(static backend => backend.Spec.Key).ToHashSet();
        if (SorryKey is { } sorry)
        {
            keys.Add(sorry);
        }

        return keys;
    }

    /// <summary>Clears <see cref="IsDraining"/> once a backend is not leaving, or there is none and the service is wanted all the same.</summary>
    public Service ClearDraining() => IsDraining && (Backends.IsEmpty || Backends.Values.Any(static backend => !backend.IsLeaving))
        ? this with { IsDraining = false }
        : this;
}

/// <summary>A backend of the wanted table.</summary>
/// <param name="Name">Its name, unique within its service.</param>
/// <param name="Spec">What was asked.</param>
/// <param name="Since">When it was first asked for.</param>
internal sealed record Backend(string Name, BackendSpec Spec, DateTimeOffset Since)
{
    /// <summary>What its checks say. Saved only as far as <see cref="Service.KeptVerdict"/> says; otherwise a restart asks the kernel and the checks again.</summary>
    public BackendHealth Health { get; init; }

    /// <summary>The source that declares it, which need not be that of its service.</summary>
    public string Source { get; init; } = SourceName.Api;

    /// <summary>What an operator set above what the source declares.</summary>
    public OperatorWords Operator { get; init; }

    /// <summary>It is being emptied and removed then.</summary>
    public bool IsLeaving => Spec.Drain is { Until: not null };

    /// <summary>It gets no new connections: it is leaving, or the operator, or else its source, says so.</summary>
    public bool IsDraining => IsLeaving || (Operator.Drain ?? Spec.Drain is not null);

    /// <summary>A backend that has not been checked yet.</summary>
    public static Backend Create(string name, BackendSpec spec, DateTimeOffset since, ServiceSpec service, string source = SourceName.Api) =>
        new(name, spec, since) { Health = BackendHealth.Start(service.Start), Source = source };

    /// <summary>True when a store that has the other one need not write this one; verdicts aside.</summary>
    public bool IsSavedAs(Backend other) => ReferenceEquals(this, other)
        || (Since == other.Since && Source == other.Source && Operator == other.Operator && (ReferenceEquals(Spec, other.Spec) || Spec == other.Spec));
}
