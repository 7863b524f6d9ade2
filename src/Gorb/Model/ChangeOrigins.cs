namespace Gorb.Model;

/// <summary>The origins of the changes between two consecutive versions of the wanted table. Immutable after publication.</summary>
internal sealed class ChangeOrigins
{
    private readonly ChangeOrigin? _only;
    private readonly Dictionary<(string Service, string? Backend), ChangeOrigin> _each = [];

    /// <summary>No origins.</summary>
    public static ChangeOrigins None { get; } = new();

    /// <summary>Creates an empty collection, to which <see cref="Add"/> adds origins.</summary>
    public ChangeOrigins()
    {
    }

    /// <summary>Creates a collection with one origin for all changes. This is the common case and needs no entry per change.</summary>
    public ChangeOrigins(ChangeOrigin only) => _only = only;

    /// <summary>Returns the last origin of a change to a service or, if a backend is named, to that backend; null if unknown.</summary>
    public ChangeOrigin? Of(string service, string? backend) =>
        _only is { } only ? only
        : _each.TryGetValue((service, backend), out var origin) || _each.TryGetValue((service, null), out origin) ? origin
        : null;

    /// <summary>Adds the changes of one request.</summary>
    /// <param name="origin">The origin of the request.</param>
    /// <param name="before">The table before the request.</param>
    /// <param name="after">The table after the request.</param>
    /// <param name="touched">Names of the services that may differ between the tables.</param>
    public void Add(ChangeOrigin origin, Table before, Table after, IReadOnlyCollection<string> touched)
    {
        foreach (var service in touched)
        {
            var (from, to) = (before.Find(service), after.Find(service));
            if (from is null || to is null || from.Spec != to.Spec)
            {
                _each[(service, null)] = origin;
            }

            foreach (var (old, wanted) in Backends.Differing(from?.Backends ?? Backends.None, to?.Backends ?? Backends.None))
            {
                _each[(service, (wanted ?? old)!.Name)] = origin;
            }
        }
    }
}
