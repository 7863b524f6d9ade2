using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Gorb.Documents.Checks;
using Gorb.Ipvs;
using Gorb.Model;
using Gorb.Model.Checks;
using Gorb.Model.Descriptions;

namespace Gorb.Documents;

/// <summary>Reads the body of a PUT or PATCH of a backend into its settings, or reports every problem in it.</summary>
internal sealed class BackendReader(CheckReader checks, CheckNetworks networks)
{
    private static readonly ValueMember<BackendSpec>[] Alone = BackendDescription.All.Alone(Section.General);

    /// <exception cref="RequestException">The body is invalid; nothing was changed.</exception>
    public BackendSpec Put(JsonElement body, ResolvedHost host, string service, ServiceSpec owner, BackendSpec? present)
    {
        var problems = new ProblemList();
        var spec = Check(Read(new FieldReader(body, default, FieldPath.Root, problems), host, service, owner, present), problems);
        // GORB's clients send 0 for the default weight. For a backend with weight 0, 0 stays 0, so that the output of GET can be sent back.
        return spec.Weight == 0 && present?.Weight != 0 ? spec with { Weight = BackendSpec.DefaultWeight } : spec;
    }

    /// <exception cref="RequestException">The body is invalid; nothing was changed.</exception>
    public BackendSpec Patch(JsonElement body, ResolvedHost host, string service, ServiceSpec owner, BackendSpec present)
    {
        var problems = new ProblemList();
        var fields = new FieldReader(body, BackendDescription.All.ToElement(present), FieldPath.Root, problems);
        fields.IgnoreEmpty("host", "port"); // null does not remove the identity of a backend
        return Check(Read(fields, host, service, owner, present), problems);
    }

    private static BackendSpec Check(BackendSpec spec, ProblemList problems) => problems.Count > 0 ? throw RequestException.Invalid(problems) : spec;

    /// <summary>Reads the members of a backend in any body or document. A weight of 0 is kept. Problems are reported to
    /// <paramref name="fields"/>; the result is valid only if there are none.</summary>
    /// <param name="fields">The members of the backend.</param>
    /// <param name="host">The resolved host.</param>
    /// <param name="service">The name of the service.</param>
    /// <param name="owner">The settings of the service.</param>
    /// <param name="present">The present settings of the backend, or null.</param>
    /// <param name="isGuest">True if another source declares the service; a backend that does not fit it is then not a problem of the body.</param>
    public BackendSpec Read(FieldReader fields, ResolvedHost host, string service, ServiceSpec owner, BackendSpec? present, bool isGuest = false)
    {
        var method = fields.Value(BackendDescription.Method);
        var (upper, lower) = ReadThresholds(fields);
        var text = fields.Text("host");
        var spec = BackendSpec.Blank with
        {
            Host = text ?? "",
            Address = ReadAddress(fields, text, host, owner.Key.Family, present) ?? IPAddress.None,
            Port = ReadPort(fields, owner.Key),
            Method = method,
            Weight = (int)fields.Value(BackendDescription.Weight),
            Tunnel = TunnelReader.Read(fields, method),
            UpperThreshold = upper,
            LowerThreshold = lower,
            Pulse = ReadPulse(fields, owner, present),
        };
        PathReader.CheckHost(fields, owner.Key, spec.Pulse);
        NetworkReader.Check(fields, networks, owner, spec, present);
        spec = fields.Read(Alone, spec);
        spec = fields.Flag("drain") == true ? spec with { Drain = present?.Drain ?? default(Drain) } : spec;
        CheckName(fields, service);
        fields.RefuseUnknown();
        foreach (var problem in isGuest || spec.Address.Equals(IPAddress.None) ? [] : BackendRules.Problems(owner, spec))
        {
            fields.Refuse(problem);
        }

        return spec;
    }

    private static IPAddress? ReadAddress(FieldReader fields, string? text, ResolvedHost host, AddressFamily family, BackendSpec? present)
    {
        if (text is null)
        {
            fields.Refuse("host", null, "is required: the backend's IP address or name", GorbTexts.MissingEndpoint);
            return null;
        }

        if (!fields.IsGiven("host"))
        {
            return present?.Address; // a PATCH without a host does not query DNS
        }

        var address = host.Choose(present?.Host == text ? present.Address : null, family);
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

    /// <summary>Reads the check; null for the default. GET shows the inherited check of a backend without its own, so the same check sent back is the default.</summary>
    private string? ReadPulse(FieldReader fields, ServiceSpec owner, BackendSpec? present)
    {
        var isOwn = present is not { Pulse: null };
        return !isOwn && fields.Raw("pulse") is { } given && JsonElement.DeepEquals(given, CheckPlan.Show(owner, present!))
            ? null
            : checks.Read(fields, present?.Pulse, isOwn ? null : owner.Pulse);
    }

    /// <summary>Reads the thresholds. A PATCH that removes the upper threshold also removes the lower, which has no meaning alone.</summary>
    private static (uint Upper, uint Lower) ReadThresholds(FieldReader fields)
    {
        var upper = (uint)fields.Value(BackendDescription.UpperThreshold);
        var lower = (uint)fields.Value(BackendDescription.LowerThreshold);
        if (upper == 0 && !fields.IsGiven("lower_threshold"))
        {
            lower = 0;
        }

        if (lower > upper && fields.IsGiven("lower_threshold"))
        {
            fields.Refuse("lower_threshold", lower, $"must not be above upper_threshold, which is {upper}");
        }
        else if (lower > upper)
        {
            fields.Refuse("upper_threshold", upper, $"must not be below lower_threshold, which is {lower}");
        }

        return (upper, lower);
    }

    private static ushort ReadPort(FieldReader fields, ServiceKey key)
    {
        var mayBeAll = key.IsFirewallMark || key.Port == 0;
        var port = fields.Number("port", mayBeAll ? 0 : 1, ushort.MaxValue, GorbTexts.MissingEndpoint);
        if (port is null && !mayBeAll && !fields.IsSet("port"))
        {
            fields.Refuse("port", null, "is required, 1 to 65535", GorbTexts.MissingEndpoint);
        }

        return (ushort)(port ?? 0);
    }

    private static void CheckName(FieldReader fields, string service)
    {
        if (fields.Text("vsid") is { } owner && owner != service)
        {
            fields.Refuse("vsid", owner, $"contradicts the path, which says '{service}'; leave it out");
        }
    }
}
