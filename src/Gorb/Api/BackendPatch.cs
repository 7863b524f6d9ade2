using System.Text.Json;
using Gorb.Documents;
using Gorb.Model;
using Gorb.Model.Merging;
using Gorb.Model.Text;
using Gorb.Writer;

namespace Gorb.Api;

/// <summary>
/// PATCH /service/{service}/{backend}: changes the settings of a backend that the API made, and what the operator sets on a backend that another source declares.
/// </summary>
/// <param name="service">The name of the service.</param>
/// <param name="name">The name of the backend.</param>
/// <param name="authority">What the client may do.</param>
/// <param name="reader">Reads the body.</param>
internal sealed class BackendPatch(string service, string name, Authority authority, BackendReader reader) : BodyChange(TaggedObject.Backend(service, name), creates: false)
{
    private ServiceSpec? _owner;
    private Backend? _present;
    private BackendSpec? _wanted;
    private OperatorWords _words;

    protected override void Read(JsonRequestBody body, Table table)
    {
        CheckRole(body.Json);
        var owner = table.Find(service);
        (_owner, _present) = (owner?.Spec, owner?.Backends.Find(name));
        if (_owner is not null && _present is not null)
        {
            (_wanted, _words) = _present.Source == SourceName.Api
                ? (reader.Patch(body.Json, body.Host, service, _owner, _present.Spec), default)
                : (_present.Spec, OperatorReader.Patch(body.Json, $"backend {service}/{name}", _present.Source, _present.Operator));
        }
    }

    protected override bool TryMake(Transaction transaction)
    {
        var (owner, present) = transaction.Get(service, name);
        if (owner.Spec != _owner || present.Spec != _present?.Spec || present.Source != _present.Source || present.Operator != _present.Operator)
        {
            return false;
        }

        transaction.Put(owner, present with { Spec = _wanted!, Operator = _words });
        return true;
    }

    /// <summary>Checks the role for the members of the body: those of the operation need less than the others.</summary>
    /// <exception cref="RequestException">The client's role is too low for a member, whether the backend exists or not.</exception>
    private void CheckRole(JsonElement body)
    {
        if (body.EnumerateObject().FirstOrDefault(static member => !OperatorReader.IsMember(member.Name)) is { Value.ValueKind: not JsonValueKind.Undefined } other)
        {
            authority.Demand(Role.Write, $"a change of {PlainText.Escape(ProblemList.Shorten(other.Name))}");
        }
    }
}
