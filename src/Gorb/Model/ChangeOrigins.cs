namespace Gorb.Model;

/// <summary>Who made the changes that lead from one version of the wanted table to the next. Immutable once it is published.</summary>
internal sealed class ChangeOrigins
{
    private readonly ChangeOrigin? _only;
    private readonly Dictionary<(string Service, string? Backend), ChangeOrigin> _each = [];

    /// <summary>Nobody's changes.</summary>
    public static ChangeOrigins None { get; } = new();

    /// <summary>Origins that are added one by one.</summary>
    public ChangeOrigins()
    {
    }

    /// <summary>One origin of all changes: the usual case, which costs nothing for each change.</summary>
    public ChangeOrigins(ChangeOrigin only) => _only = only;

    /// <summary>Who changed a service or, with a name of one, a backend; of several, the last. Null when that is not known.</summary>
    public ChangeOrigin? Of(string service, string? backend) =>
        _only is { } only ? only
        : _each.TryGetValue((service, backend), out var origin) || _each.TryGetValue((service, null), out origin) ? origin
        : null;

    /// <summary>Adds the changes of one request.</summary>
    /// <param name="origin">Who made it.</param>
    /// <param name="before">The table that it changed.</param>
    /// <param name="after">The table that it made.</param>
    /// <param name="touched">Names of the services in which they may differ.</param>
    public void Add(ChangeOrigin origin, Table before, Table after, IReadOnlyCollection<string> touched)
    {
        foreach (var service in touched)
        {
            var (from, to) = (before.Find(service), after.Find(service));
            if (from is null || to is null || from.Spec != to.Spec)
            {
                _each[(service, null)] = origin;
            }

            foreach (var backend in Backends.Differing(from?.Backends ?? Backends.None, to?.Backends ?? Backends.None))
            {
                _each[(service, backend)] = origin;
            }
        }
    }
}
