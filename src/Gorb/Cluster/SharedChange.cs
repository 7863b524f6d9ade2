using System.Text;
using Gorb.Etcd;
using Gorb.Model;

namespace Gorb.Cluster;

/// <summary>
/// A change of the cluster's table as writes of keys. As one transaction, its conditions are the versions of all that it writes, and of the addresses that it takes, so that it is made only to the
/// table from which it was computed; changes of other services do not stand against it.
/// </summary>
internal sealed class SharedChange
{
    private readonly ClusterKeys _keys;
    private readonly SharedTable _from;
    private readonly Table _to;
    private readonly List<SharedWrite> _writes = [];

    private SharedChange(ClusterKeys keys, SharedTable from, Table to) => (_keys, _from, _to) = (keys, from, to);

    /// <summary>The table from which the change was computed.</summary>
    public SharedTable From => _from;

    /// <summary>What is written, each key once.</summary>
    public IReadOnlyList<SharedWrite> Writes => _writes;

    /// <summary>The identity to give the table with the change; null for a table that has one.</summary>
    public string? Identity { get; private init; }

    /// <summary>Computes the change.</summary>
    /// <param name="keys">The keys of the cluster.</param>
    /// <param name="from">The table from which the change was computed.</param>
    /// <param name="to">The table with the change.</param>
    /// <param name="touched">The names of the services that may differ.</param>
    /// <param name="identity">The identity to give the table; null for a table that has one.</param>
    /// <returns>The change; null if there is nothing to write.</returns>
    public static SharedChange? Plan(ClusterKeys keys, SharedTable from, Table to, IEnumerable<string> touched, string? identity = null)
    {
        var change = new SharedChange(keys, from, to) { Identity = identity };
        var names = touched.Union(change.ChangedClaims()).Where(change.Differs).ToList();
        names.ForEach(change.PutService);
        change.PutPlaces(names);
        change.PutSources();
        return change._writes.Count == 0 && identity is null ? null : change;
    }

    /// <summary>The change as one transaction.</summary>
    public EtcdTransaction ToTransaction()
    {
        var transaction = new EtcdTransaction();
        foreach (var (key, value) in _writes)
        {
            transaction.If(key, _from.Version(key));
            _ = value is null ? transaction.Delete(KeyRange.Single(key)) : transaction.Put(key, value);
        }

        return Found(transaction);
    }

    /// <summary>Adds the identity to the transaction that makes the change.</summary>
    public EtcdTransaction Found(EtcdTransaction transaction) => Identity is null ? transaction : transaction.Put(_keys.Identity, TableIdentity.Write(Identity));

    private IEnumerable<string> ChangedClaims()
    {
        var (before, after) = (_from.Table.Declarations.Claims, _to.Declarations.Claims);
        return ReferenceEquals(before, after) ? [] : before.Keys.Union(after.Keys).Where(name => _from.Table.Declarations.On(name) != _to.Declarations.On(name));
    }

    private bool Differs(string name)
    {
        var (before, after) = (_from.Table.Merged(name), _to.Merged(name));
        return before.Claims != after.Claims || new ServiceChange(name, before.Service, after.Service).ChangesWishes;
    }

    private void PutService(string name)
    {
        var shared = _to.Merged(name);
        _writes.Add(new SharedWrite(_keys.Service(name), shared.Service is null && shared.Claims.IsEmpty ? null : ServiceDocument.Write(name, shared)));
    }

    /// <summary>Frees the addresses that the services give up, and reserves those that they take: two directors must not give one address to two services.</summary>
    private void PutPlaces(IReadOnlyList<string> names)
    {
        var former = names.Select(_from.Table.Find).OfType<Service>().ToDictionary(service => _keys.Place(service.Spec.Key), static service => service.Name);
        var later = names.Select(_to.Find).OfType<Service>().ToDictionary(service => _keys.Place(service.Spec.Key), static service => service.Name);
        foreach (var place in former.Keys.Union(later.Keys).Where(place => former.GetValueOrDefault(place) != later.GetValueOrDefault(place)))
        {
            _writes.Add(new SharedWrite(place, later.TryGetValue(place, out var name) ? Encoding.UTF8.GetBytes(name) : null));
        }
    }

    private void PutSources()
    {
        var (before, after) = (_from.Table.Declarations.Sources, _to.Declarations.Sources);
        foreach (var name in before.Keys.Union(after.Keys).Where(name => before.GetValueOrDefault(name) != after.GetValueOrDefault(name)))
        {
            _writes.Add(new SharedWrite(_keys.Source(name), after.TryGetValue(name, out var state) ? SourceDocument.Write(state) : null));
        }
    }
}

/// <summary>The write of one key.</summary>
/// <param name="Key">The key.</param>
/// <param name="Value">Its value; null deletes the key.</param>
internal readonly record struct SharedWrite(string Key, byte[]? Value);
