using System.Net;
using System.Text.Json;
using Gorb.Balancing;
using Gorb.Ipvs;
using Gorb.Pulse.Policy;

namespace Gorb.Api;

/// <summary>Turns the body of a PUT or PATCH of a backend into a wish, or into the list of everything that is wrong with it.</summary>
internal sealed class BackendReader(CheckReader checks)
{
    /// <exception cref="RequestException">Something is wrong; nothing was changed.</exception>
    public BackendSpec Put(JsonElement body, ResolvedHost host, Service service, BackendSpec? present)
    {
        var spec = Read(body, default, host, service, present);
        return spec.Weight == 0 ? spec with { Weight = BackendSpec.DefaultWeight } : spec; // GORB's clients send 0 for "default"
    }

    /// <exception cref="RequestException">Something is wrong; nothing was changed.</exception>
    public BackendSpec Patch(JsonElement body, ResolvedHost host, Service service, BackendSpec present) =>
        Read(body, JsonSerializer.SerializeToElement(Views.Of(present), ApiJson.Default.BackendBody), host, service, present);

    private BackendSpec Read(JsonElement body, JsonElement laidOver, ResolvedHost host, Service service, BackendSpec? present)
    {
        var problems = new List<Problem>();
        var spec = Read(new FieldReader(body, laidOver, FieldPath.Root, problems), host, service, present);
        return problems.Count > 0 ? throw RequestException.Invalid(problems) : spec;
    }

    /// <summary>Reads the members of a backend wherever they stand; a weight of 0 is 0 here. What is wrong is reported to
    /// <paramref name="fields"/>; the result counts only if nothing is.</summary>
    public BackendSpec Read(FieldReader fields, ResolvedHost host, Service service, BackendSpec? present)
    {
        var method = ReadMethod(fields);
        var text = fields.Text("host");
        var spec = new BackendSpec
        {
            Host = text ?? "",
            Address = ReadAddress(fields, text, host, service, present) ?? IPAddress.None,
            Port = ReadPort(fields, service),
            Method = method,
            Weight = (int)(fields.Number("weight", 0, int.MaxValue) ?? BackendSpec.DefaultWeight),
            Tunnel = TunnelReader.Read(fields, method),
            UpperThreshold = (uint)(fields.Number("upper_threshold", 0, int.MaxValue) ?? 0),
            LowerThreshold = (uint)(fields.Number("lower_threshold", 0, int.MaxValue) ?? 0),
            Pulse = checks.Read(fields),
            Force = PolicyReader.Word(fields, "force", PolicyWords.Force, "up, down or none"),
            Drain = fields.Flag("drain") == true ? present?.Drain ?? default(Drain) : null,
            Owner = fields.Text("owner"),
        };
        CheckTogether(fields, service, spec);
        fields.RefuseUnknown();
        foreach (var problem in spec.Address.Equals(IPAddress.None) ? [] : BackendRules.Problems(service.Spec, spec))
        {
            fields.Refuse(problem);
        }

        return spec;
    }

    /// <summary>Reads GORB's word for a forwarding method.</summary>
    public static ForwardingMethod ReadMethod(FieldReader fields)
    {
        switch (fields.Text("method")?.ToLowerInvariant())
        {
            case null or "nat":
                return ForwardingMethod.Masquerade;
            case "dr":
                return ForwardingMethod.DirectRoute;
            case "tunnel" or "ipip":
                return ForwardingMethod.Tunnel;
            case var other:
                fields.Refuse("method", other, "must be nat, dr or tunnel", GorbTexts.UnknownMethod);
                return ForwardingMethod.Masquerade;
        }
    }

    private static IPAddress? ReadAddress(FieldReader fields, string? text, ResolvedHost host, Service service, BackendSpec? present)
    {
        if (text is null)
        {
            fields.Refuse("host", null, "is required: the backend's IP address or name", GorbTexts.MissingEndpoint);
            return null;
        }

        if (!fields.IsGiven("host"))
        {
            return present?.Address; // a PATCH that does not speak of the host does not ask DNS again
        }

        var address = host.Choose(present?.Host == text ? present.Address : null, service.Spec.Key.Family);
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

    private static ushort ReadPort(FieldReader fields, Service service)
    {
        var key = service.Spec.Key;
        var mayBeAll = key.IsFirewallMark || key.Port == 0;
        var port = fields.Number("port", mayBeAll ? 0 : 1, ushort.MaxValue, GorbTexts.MissingEndpoint);
        if (port is null && !mayBeAll && !fields.IsSet("port"))
        {
            fields.Refuse("port", null, "is required, 1 to 65535", GorbTexts.MissingEndpoint);
        }

        return (ushort)(port ?? 0);
    }

    private static void CheckTogether(FieldReader fields, Service service, BackendSpec spec)
    {
        if (spec.LowerThreshold > spec.UpperThreshold)
        {
            fields.Refuse("lower_threshold", spec.LowerThreshold, $"must not be above upper_threshold, which is {spec.UpperThreshold}");
        }

        if (fields.Text("vsid") is { } owner && owner != service.Name)
        {
            fields.Refuse("vsid", owner, $"contradicts the path, which says '{service.Name}'; leave it out");
        }
    }
}
