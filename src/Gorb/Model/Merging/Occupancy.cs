using Gorb.Ipvs;

namespace Gorb.Model.Merging;

/// <summary>Collects the backends of a service under construction. Names and kernel keys are unique; a leaving backend gives up both.</summary>
internal sealed class Occupancy
{
    private readonly Dictionary<string, Backend> _names = [];
    private readonly Dictionary<DestinationKey, Backend> _places = [];

    public Backend? Find(string name) => _names.GetValueOrDefault(name);

    /// <summary>Adds backends that are known not to conflict.</summary>
    public void AddAll(Backends backends)
    {
        foreach (var backend in backends.Values)
        {
            Add(backend);
        }
    }

    /// <inheritdoc cref="AddAll"/>
    public void Add(Backend backend)
    {
        _names.Add(backend.Name, backend);
        _places.TryAdd(backend.Spec.Key, backend);
    }

    /// <summary>Adds a backend unless another one that is not leaving has its name or key.</summary>
    public bool TryAdd(Backend backend)
    {
        var (name, place) = (_names.GetValueOrDefault(backend.Name), _places.GetValueOrDefault(backend.Spec.Key));
        if (name is { IsLeaving: false } || place is { IsLeaving: false })
        {
            return false;
        }

        Remove(name);
        Remove(place);
        Add(backend);
        return true;
    }

    /// <param name="present">The present backends, returned if nothing differs.</param>
    public Backends ToBackends(Backends present) =>
        present.Count == _names.Count && present.Values.All(backend => ReferenceEquals(Find(backend.Name), backend)) ? present : Backends.Of(_names.Values);

    private void Remove(Backend? backend)
    {
        if (backend is not null)
        {
            _names.Remove(backend.Name);
            _places.Remove(backend.Spec.Key);
        }
    }
}
