using System.Globalization;
using System.Text;
using Gorb.Etcd;
using Gorb.Model;

namespace Gorb.Cluster;

/// <summary>
/// Makes the transaction that brings a change of the table into etcd. Its conditions are the versions of all that it writes, and of the addresses that it takes, so that it is made only to the
/// table from which it was computed; changes of other services do not stand against it.
/// </summary>
internal sealed class SharedChange
{
    private readonly ClusterKeys _keys;
    private readonly SharedTable _from;
    private readonly Table _to;
    private readonly EtcdTransaction _transaction = new();

    private SharedChange(ClusterKeys keys, SharedTable from, Table to) => (_keys, _from, _to) = (keys, from, to);

    /// <summary>True if nothing that directors share differs.</summary>
    private bool IsEmpty { get; set; } = true;

    /// <summary>Makes the transaction.</summary>
    /// <param name="keys">The keys of the cluster.</param>
    /// <param name="from">The table from which the change was computed.</param>
    /// <param name="to">The table with the change.</param>
    /// <param name="touched">The names of the services that may differ.</param>
    /// <returns>The transaction; null if there is nothing to write.</returns>
    public static EtcdTransaction? Plan(ClusterKeys keys, SharedTable from, Table to, IEnumerable<string> touched)
    {
        var change = new SharedChange(keys, from, to);
        var names = touched.Union(change.ChangedClaims()).Where(change.Differs).ToList();
        names.ForEach(change.PutService);
        change.PutPlaces(names);
        change.PutSources();
        return change.IsEmpty ? null : change._transaction;
    }

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
        var (key, shared) = (_keys.Service(name), _to.Merged(name));
        Write(key, shared.Service is null && shared.Claims.IsEmpty ? null : ServiceDocument.Write(name, shared));
    }

    /// <summary>Frees the addresses that the services give up, and reserves those that they take: two directors must not give one address to two services.</summary>
    private void PutPlaces(IReadOnlyList<string> names)
    {
        var former = names.Select(_from.Table.Find).OfType<Service>().ToDictionary(service => _keys.Place(service.Spec.Key), static service => service.Name);
        var later = names.Select(_to.Find).OfType<Service>().ToDictionary(service => _keys.Place(service.Spec.Key), static service => service.Name);
        foreach (var place in former.Keys.Union(later.Keys).Where(place => former.GetValueOrDefault(place) != later.GetValueOrDefault(place)))
        {
            Write(place, later.TryGetValue(place, out var name) ? Encoding.UTF8.GetBytes(name) : null);
        }
    }

    private void PutSources()
    {
        var (before, after) = (_from.Table.Declarations.Sources, _to.Declarations.Sources);
        foreach (var name in before.Keys.Union(after.Keys).Where(name => before.GetValueOrDefault(name) != after.GetValueOrDefault(name)))
        {
            Write(_keys.Source(name), after.TryGetValue(name, out var state) ? SourceDocument.Write(state) : null);
        }
    }

    private void Write(string key, byte[]? value)
    {
        IsEmpty = false;
        _transaction.If(key, _from.Version(key));
        if (value is null)
        {
            _transaction.Delete(KeyRange.Single(key));
        }
        else
        {
            _transaction.Put(key, value);
        }
    }

    /// <summary>How many operations <see cref="Sign"/> adds.</summary>
    public const int SignOperations = 2;

    /// <summary>How many bytes <see cref="Sign"/> adds at most.</summary>
    public static int SignBytes(ClusterKeys keys, string director) => 512 + (4 * Encoding.UTF8.GetByteCount(keys.Done(director))) + (2 * Encoding.UTF8.GetByteCount(keys.Head));

    /// <summary>Marks a transaction as a director's, so that it is made once, however often it is sent.</summary>
    /// <param name="transaction">The transaction.</param>
    /// <param name="keys">The keys of the cluster.</param>
    /// <param name="director">The director.</param>
    /// <param name="number">The number of the change.</param>
    /// <param name="after">The revision of the director's change before; 0 for none.</param>
    public static EtcdTransaction Sign(EtcdTransaction transaction, ClusterKeys keys, string director, long number, long after)
    {
        var value = Encoding.UTF8.GetBytes(number.ToString(CultureInfo.InvariantCulture));
        return transaction.If(keys.Done(director), after).Put(keys.Done(director), value).Put(keys.Head, Encoding.UTF8.GetBytes(director))
            .ElseGet(KeyRange.Single(keys.Done(director))).ElseGet(KeyRange.Single(keys.Head));
    }
}
