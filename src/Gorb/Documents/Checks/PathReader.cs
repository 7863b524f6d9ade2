using Gorb.Ipvs;
using Gorb.Model.Checks;
using Gorb.Model.Descriptions;
using Gorb.Model.Text;

namespace Gorb.Documents.Checks;

/// <summary>Reads <c>via</c> of a check, and refuses checks that cannot go through IPVS.</summary>
internal static class PathReader
{
    /// <param name="fields">The members of the check.</param>
    /// <param name="args">The arguments of the check.</param>
    public static CheckVia Read(FieldReader fields, PulseArgs args)
    {
        var via = fields.Value(PulseDescription.Via);
        if (via == CheckVia.Direct)
        {
            return via;
        }

        if (FindFault(args) is { } fault)
        {
            fields.RefuseGiven("via", fault);
        }

        if (args.Host is { } host && !AddressText.TryParse(host, out _))
        {
            fields.Refuse("args.host", host, "must be an IP address with via path: the virtual address that the check asks");
        }

        if (args is UdpArgs { Expect.Count: 0 })
        {
            fields.Refuse("args.expect", null, "is required with via path: a backend without the virtual address is silent, too");
        }

        return via;
    }

    /// <summary>Refuses a check by path that does not say which address to ask, in a service that has none.</summary>
    public static void CheckHost(FieldReader fields, ServiceKey service, string? pulse)
    {
        if (service.IsFirewallMark && PathChecks.LacksHost(pulse) && !fields.IsRefused("pulse"))
        {
            fields.Refuse("pulse.args.host", null, "is required with via path in a service by firewall mark: the virtual address that the check asks");
        }
    }

    private static string? FindFault(PulseArgs args) => args switch
    {
        NoneArgs => "must be direct for type none, which sends nothing",
        PingArgs => "must be direct for type ping, which IPVS does not forward; type tcp can go by path",
        ExecArgs => "must be direct for type exec: a program sends packets without the mark of the path; types tcp, http, https, tls, grpc and udp can go by path",
        DnsArgs => "must be direct for type dns; type udp can go by path, with the query as payload_hex",
        _ => null,
    };
}
