using System.Net;
using Gorb.Model;
using Gorb.Model.Checks;
using Gorb.Model.Text;

namespace Gorb.Documents.Checks;

/// <summary>Refuses checks that would go where checks may not (<see cref="CheckNetworks"/>). A name is decided at each probe, when it is resolved.</summary>
internal static class NetworkReader
{
    private const string Host = "pulse.args.host";

    /// <summary>Examines the checks of a service, of which the backends are not known.</summary>
    public static void Check(FieldReader fields, CheckNetworks networks, string? pulse, string? present)
    {
        if (pulse is null || pulse == present || fields.IsRefused("pulse"))
        {
            return;
        }

        foreach (var options in CheckPlan.Options(pulse))
        {
            if (options is { Args: { Host: { } host } and not ExecArgs, Via: CheckVia.Direct } && AddressText.TryParseScoped(host, out var address)
                && networks.Refusal(address, isBackendLocal: false) is { } reason)
            {
                fields.Refuse(Host, host, reason);
                return;
            }
        }
    }

    /// <summary>Examines the checks in force of a backend that is new, has moved, or has other checks than before.</summary>
    public static void Check(FieldReader fields, CheckNetworks networks, ServiceSpec owner, BackendSpec spec, BackendSpec? present)
    {
        if (spec.Address.Equals(IPAddress.None) || fields.IsRefused("pulse") || (spec.Address.Equals(present?.Address) && (spec.Pulse, spec.Port) == (present.Pulse, present.Port)))
        {
            return;
        }

        foreach (var (target, _) in CheckPlan.Of(owner, spec))
        {
            if (networks.Refusal(target) is { } reason)
            {
                fields.Refuse(target.Args.Host is null || target.Path is not null ? "host" : Host, target.Path is null ? target.Host : spec.Host, reason);
                return;
            }
        }
    }
}
