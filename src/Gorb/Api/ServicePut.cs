using Gorb.Documents;
using Gorb.Model;
using Gorb.Model.Merging;
using Gorb.Writer;

namespace Gorb.Api;

/// <summary>PUT /service/{service}.</summary>
/// <param name="name">The name of the service.</param>
/// <param name="replaces">The name of the service whose place it takes; null for none.</param>
/// <param name="createOnly">Whether an existing service is left alone.</param>
/// <param name="reader">Reads the body.</param>
internal sealed class ServicePut(string name, string? replaces, bool createOnly, ServiceReader reader) : BodyChange(TaggedObject.Service(name), creates: true)
{
    private ServiceSpec? _present;
    private ServiceSpec? _wanted;

    protected override void Read(JsonRequestBody body, Table table)
    {
        _present = table.Find(name)?.Spec;
        if (createOnly && _present is not null)
        {
            throw RequestException.AlreadyThere(name);
        }

        _wanted = reader.Put(body.Json, body.Host, _present);
    }

    protected override bool TryMake(Transaction transaction)
    {
        var present = transaction.Find(name);
        if (present?.Spec != _present)
        {
            return false;
        }

        OwnerCheck.Check(present);
        OwnerCheck.Check(replaces is null ? null : transaction.Find(replaces));
        transaction.Put(
            present is null ? Service.Create(name, _wanted!) : present with { Spec = _wanted!, IsDraining = false, Source = SourceName.Api, Departure = null }, replaces);
        return true;
    }
}
