using Gorb.Ipvs;
using Gorb.Model.Merging;
using Gorb.Model.Policy;

namespace Gorb.Model;

/// <summary>A service of the wanted table, with its backends by name.</summary>
internal sealed record Service(string Name, ServiceSpec Spec, Backends Backends)
{
    /// <summary>The source that declares the service.</summary>
    public string Source { get; init; } = SourceName.Api;

    /// <summary>True while all backends drain; the service is removed with the last of them.</summary>
    public bool IsDraining { get; init; }

    /// <summary>The end of the grace period after the source stopped declaring the service; null while it is declared. Other sources may take its name and key.</summary>
    public Drain? Departure { get; init; }

    public static Service Create(string name, ServiceSpec spec, string source = SourceName.Api) => new(name, spec, Backends.None) { Source = source };

    /// <summary>The kernel key of the sorry backend; null without one. The kernel has an entry for the key only while the sorry backend serves.</summary>
    public DestinationKey? SorryKey => Spec.Fallback == Fallback.Sorry ? Spec.Sorry?.Key : null;

    /// <summary>The verdict that the store keeps: the verdict of the checks with "start: keep", otherwise up.</summary>
    public Verdict KeptVerdict(Backend backend) => Spec.Start == StartPolicy.Keep ? backend.Health.Verdict : Verdict.Up;

    /// <summary>Returns a test for destination keys that belong to the service, whether or not the kernel should have them at the moment.</summary>
    public Func<DestinationKey, bool> Owns()
    {
        HashSet<DestinationKey>? own = null; // created on first use, which is rare
        return key => (own ??= OwnKeys()).Contains(key);
    }

    /// <summary>True if both services have the same saved form, backends excluded.</summary>
    public bool IsSavedAs(Service other) => Spec == other.Spec && Source == other.Source && IsDraining == other.IsDraining && Departure == other.Departure;

    /// <summary>Destination keys that belong to the service, whether or not the kernel should have them at the moment.</summary>
    public HashSet<DestinationKey> OwnKeys()
    {
        var keys = Backends.Values.Select(static backend => backend.Spec.Key).ToHashSet();
        if (SorryKey is { } sorry)
        {
            keys.Add(sorry);
        }

        return keys;
    }

    /// <summary>Clears <see cref="IsDraining"/> as soon as one backend is not leaving, or if the service has no backends.</summary>
    public Service ClearDraining() => IsDraining && (Backends.IsEmpty || Backends.Values.Any(static backend => !backend.IsLeaving))
        ? this with { IsDraining = false }
        : this;
}

/// <summary>A backend of the wanted table.</summary>
/// <param name="Name">The name, unique within the service.</param>
/// <param name="Spec">The requested settings.</param>
/// <param name="Since">The time of the first request for the backend.</param>
internal sealed record Backend(string Name, BackendSpec Spec, DateTimeOffset Since)
{
    /// <summary>The result of the checks. Only <see cref="Service.KeptVerdict"/> is saved; after a restart the rest comes from the kernel and new checks.</summary>
    public BackendHealth Health { get; init; }

    /// <summary>The source that declares the backend, which may differ from the source of the service.</summary>
    public string Source { get; init; } = SourceName.Api;

    /// <summary>The operator's overrides of the declared settings.</summary>
    public OperatorWords Operator { get; init; }

    /// <summary>True while the backend drains before its removal.</summary>
    public bool IsLeaving => Spec.Drain is { Until: not null };

    /// <summary>True if the backend gets no new connections: it is leaving, or the operator or, without an override, the source drains it.</summary>
    public bool IsDraining => IsLeaving || (Operator.Drain ?? Spec.Drain is not null);

    /// <summary>Creates a backend without check results.</summary>
    public static Backend Create(string name, BackendSpec spec, DateTimeOffset since, ServiceSpec service, string source = SourceName.Api) =>
        new(name, spec, since) { Health = BackendHealth.Start(service.Start), Source = source };

    /// <summary>True if both backends have the same saved form, verdicts excluded.</summary>
    public bool IsSavedAs(Backend other) => ReferenceEquals(this, other)
        || (Since == other.Since && Source == other.Source && Operator == other.Operator && (ReferenceEquals(Spec, other.Spec) || Spec == other.Spec));
}
