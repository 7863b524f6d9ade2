using System.Net;
using Gorb.Ipvs;
using Gorb.Model;
using Gorb.Model.Descriptions;
using Gorb.Model.Policy;
using Gorb.Model.Text;

namespace Gorb.Documents;

/// <summary>Reads how a service uses the verdicts of its backends' checks.</summary>
internal sealed class PolicyReader(CheckReader checks)
{
    private static readonly ValueMember<ServiceSpec>[] Alone = ServiceDescription.All.Alone(Section.Policy);

    /// <param name="fields">The members of the service.</param>
    /// <param name="spec">The settings that have been read so far.</param>
    /// <param name="present">The present settings, or null for a new service.</param>
    public ServiceSpec Read(FieldReader fields, ServiceSpec spec, ServiceSpec? present)
    {
        var fallback = fields.Value(ServiceDescription.Fallback);
        var sorry = ReadSorry(fields, spec.Key, fields.IsPatch ? present : null);
        if (fallback == Fallback.Sorry && sorry is null && !fields.IsRefused("sorry"))
        {
            fields.Refuse("sorry", null, "is required with fallback sorry: the host and port that answer when no backend is up");
        }

        return fields.Read(Alone, spec with { Pulse = checks.Read(fields, spec.Pulse), Fallback = fallback, Sorry = sorry });
    }

    private static SorrySpec? ReadSorry(FieldReader fields, ServiceKey service, ServiceSpec? present)
    {
        if (fields.Object("sorry") is not { } members)
        {
            return null;
        }

        var method = members.Word("method", KernelWords.Forwarding, ForwardingMethod.Masquerade) ?? ForwardingMethod.Masquerade;
        var port = (ushort)(members.Number("port", service.Port == 0 ? 0 : 1, ushort.MaxValue) ?? service.Port); // 0 only if the service has no port: the packet's port
        var isCarried = !(fields.IsGiven("sorry") && members.IsGiven("port"));
        port = isCarried && present?.Sorry?.Port == present?.Key.Port ? service.Port : port; // the default follows a change of the service's port
        var host = members.Text("host");
        members.RefuseUnknown();
        if (!AddressText.TryParse(host, out var address))
        {
            members.Refuse("host", host, (host is null ? null : AddressText.FindFault(host)) ?? "must be the IP address of the backend that answers when no other is up");
            return null;
        }

        if (VirtualAddress.FindFault(address) is { } fault)
        {
            members.Refuse("host", host, fault);
            return null;
        }

        if (Unfit(service, address, port, method) is { } misfit)
        {
            members.Refuse("host", host, misfit);
        }

        return new SorrySpec { Address = address, Port = port, Method = method };
    }

    private static string? Unfit(ServiceKey service, IPAddress address, ushort port, ForwardingMethod method)
    {
        var backend = new BackendSpec { Host = "", Address = address, Port = port, Method = method };
        return BackendRules.Problems(new ServiceSpec { Key = service }, backend) is [var first, ..] ? first.Text : null;
    }
}
