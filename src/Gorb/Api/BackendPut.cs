using Gorb.Documents;
using Gorb.Model;
using Gorb.Model.Merging;
using Gorb.Writer;

namespace Gorb.Api;

/// <summary>PUT /service/{service}/{backend}.</summary>
/// <param name="service">The name of the service.</param>
/// <param name="name">The name of the backend.</param>
/// <param name="replaces">The name of the backend whose place it takes; null for none.</param>
/// <param name="createOnly">Whether an existing backend is left alone.</param>
/// <param name="reader">Reads the body.</param>
/// <param name="clock">The time of the backend's creation.</param>
internal sealed class BackendPut(string service, string name, string? replaces, bool createOnly, BackendReader reader, SteadyClock clock) : BodyChange(TaggedObject.Backend(service, name), creates: true)
{
    private ServiceSpec? _owner;
    private BackendSpec? _present;
    private BackendSpec? _wanted;

    protected override void Read(JsonRequestBody body, Table table)
    {
        var owner = table.Find(service);
        (_owner, _present) = (owner?.Spec, owner?.Backends.Find(name)?.Spec);
        if (createOnly && _present is not null)
        {
            throw RequestException.AlreadyThere(name);
        }

        _wanted = _owner is null ? null : reader.Put(body.Json, body.Host, service, _owner, _present);
    }

    protected override bool TryMake(Transaction transaction)
    {
        var owner = transaction.Get(service);
        var present = owner.Backends.Find(name);
        if (owner.Spec != _owner || present?.Spec != _present)
        {
            return false;
        }

        OwnerCheck.Check(service, present);
        if (replaces is not null && replaces != name)
        {
            OwnerCheck.Check(service, owner.Backends.Find(replaces));
            owner = owner with { Backends = owner.Backends.Without(replaces) };
        }

        transaction.Put(owner, present is null
            ? Backend.Create(name, _wanted!, clock.Now, owner.Spec)
            : present with { Spec = _wanted!, Source = SourceName.Api, Operator = default });
        return true;
    }
}
