using System.Net;
using System.Net.Sockets;
using Gorb.Ipvs;
using Gorb.Model;
using Gorb.Model.Checks;
using Gorb.Model.Descriptions;

namespace Gorb.Documents;

/// <summary>Reads the identity of a service: host, port and protocol, or a firewall mark.</summary>
internal static class EndpointReader
{
    private static readonly string[] AddressMembers = ["host", "port", "protocol"];

    /// <summary>Keeps the identity in a PATCH, where null does not remove it; a given host or port replaces a firewall mark.</summary>
    public static void KeepIdentity(FieldReader fields)
    {
        fields.IgnoreEmpty("host", "port", "protocol", "family");
        if (!fields.IsGivenValue("host") && !fields.IsGivenValue("port"))
        {
            fields.IgnoreEmpty("fwmark");
        }
    }

    /// <summary>Reads the identity; null if it is invalid, which has been reported.</summary>
    public static ServiceKey? Read(FieldReader fields, ResolvedHost host, ServiceSpec? present, DefaultDevice device, MarkRange pathMarks)
    {
        var protocol = fields.Word("protocol", KernelWords.Protocol, TransportProtocol.Tcp);
        var port = fields.Number("port", 0, ushort.MaxValue, GorbTexts.MissingEndpoint);
        var mark = fields.Number("fwmark", 1, uint.MaxValue);
        var family = fields.Word("family", KernelWords.Family, null);
        if (mark is { } value)
        {
            if (pathMarks.Contains((uint)value) && present?.Key.FirewallMark != value)
            {
                fields.Refuse("fwmark", value, $"is one of the marks {pathMarks} of checks by path: use another one, or start the daemon with another --path-marks");
            }

            return ReadMark(fields, (uint)value, family ?? (fields.IsPatch ? present?.Key.Family : null));
        }

        if (family is not null && fields.IsGiven("family"))
        {
            fields.Refuse("family", fields.Text("family"), "goes with fwmark only; elsewhere the host's address says it");
        }

        var address = ReadAddress(fields, host, present, device);
        return address is not null && protocol is { } known ? ServiceKey.ForAddress(known, address, (ushort)(port ?? 0)) : null;
    }

    private static ServiceKey? ReadMark(FieldReader fields, uint mark, AddressFamily? family)
    {
        var clean = true;
        foreach (var name in AddressMembers.Where(fields.IsGivenValue))
        {
            clean = false;
            fields.Refuse(name, null, "cannot be given together with fwmark, which identifies the service by itself; in a PATCH, a fwmark of null gives it up");
        }

        return clean ? ServiceKey.ForFirewallMark(mark, family ?? AddressFamily.InterNetwork) : null;
    }

    private static IPAddress? ReadAddress(FieldReader fields, ResolvedHost host, ServiceSpec? present, DefaultDevice device)
    {
        var text = fields.Text("host");
        if (text is null)
        {
            return fields.IsRefused("host") ? null : DefaultAddress(fields, present, device);
        }

        if (!fields.IsGiven("host"))
        {
            return present?.Key.Address; // a PATCH without a host does not query DNS
        }

        var address = host.Choose(present?.Host == text ? present.Key.Address : null);
        if (address is null)
        {
            fields.Refuse("host", text, host.Error!);
        }
        else if (VirtualAddress.FindFault(address) is { } fault)
        {
            fields.Refuse("host", text, fault);
            return null;
        }

        return address;
    }

    private static IPAddress? DefaultAddress(FieldReader fields, ServiceSpec? present, DefaultDevice device)
    {
        if (present is { Host: "", Key.Address: { } kept })
        {
            return kept;
        }

        var address = device.Address();
        if (address is null)
        {
            fields.Refuse("host", null, $"is required, since the default device '{device.Name}' has no address; option -i names another", GorbTexts.MissingEndpoint);
        }

        return address;
    }
}
