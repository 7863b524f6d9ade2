using Gorb.Documents;
using Gorb.Model;
using Gorb.Writer;

namespace Gorb.Api;

/// <summary>PATCH /service/{service}.</summary>
/// <param name="name">The name of the service.</param>
/// <param name="reader">Reads the body.</param>
internal sealed class ServicePatch(string name, ServiceReader reader) : BodyChange(TaggedObject.Service(name), creates: false)
{
    private ServiceSpec? _present;
    private ServiceSpec? _wanted;

    protected override void Read(JsonRequestBody body, Table table)
    {
        _present = table.Find(name)?.Spec;
        _wanted = _present is null ? null : reader.Patch(body.Json, body.Host, _present);
    }

    protected override bool TryMake(Transaction transaction)
    {
        var present = transaction.Get(name);
        if (present.Spec != _present)
        {
            return false;
        }

        OwnerCheck.Check(present);
        transaction.Put(present with { Spec = _wanted! });
        return true;
    }
}
