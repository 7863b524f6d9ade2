using System.Net.Sockets;
using System.Text.Json;
using Gorb.Documents.Checks;
using Gorb.Ipvs;
using Gorb.Ipvs.Nftables;
using Gorb.Model;
using Gorb.Model.Checks;
using Gorb.Model.Descriptions;

namespace Gorb.Documents;

/// <summary>Reads the body of a PUT or PATCH of a service into its settings, or reports every problem in it.</summary>
internal sealed class ServiceReader(DefaultDevice device, PolicyReader policies, CheckNetworks networks, MarkRange pathMarks)
{
    /// <summary>The maximum length of the flags; all flags together are shorter.</summary>
    private const int MaxFlagsLength = 255;

    private static readonly ValueMember<ServiceSpec>[] Alone = ServiceDescription.All.Alone(Section.General);

    /// <exception cref="RequestException">The body is invalid; nothing was changed.</exception>
    public ServiceSpec Put(JsonElement body, ResolvedHost host, ServiceSpec? present)
    {
        var problems = new ProblemList();
        return Check(Read(new FieldReader(body, default, FieldPath.Root, problems), host, present), problems);
    }

    /// <exception cref="RequestException">The body is invalid; nothing was changed.</exception>
    public ServiceSpec Patch(JsonElement body, ResolvedHost host, ServiceSpec present)
    {
        var problems = new ProblemList();
        var fields = new FieldReader(body, ServiceDescription.All.ToElement(present), FieldPath.Root, problems);
        EndpointReader.KeepIdentity(fields);
        return Check(Read(fields, host, present), problems);
    }

    private static ServiceSpec Check(ServiceSpec? spec, ProblemList problems) => problems.Count > 0 ? throw RequestException.Invalid(problems) : spec!;

    /// <summary>Reads the members of a service in any body or document. Problems are reported to <paramref name="fields"/>; the result is valid only if there are none.</summary>
    public ServiceSpec? Read(FieldReader fields, ResolvedHost host, ServiceSpec? present)
    {
        var flags = ReadFlags(fields);
        var method = ReadMethod(fields);
        var spec = fields.Read(Alone, ServiceSpec.Blank);
        var endpoint = EndpointReader.Read(fields, host, present, device, pathMarks);
        var family = endpoint?.Family ?? present?.Key.Family ?? AddressFamily.InterNetwork;
        var persistence = PersistenceReader.Read(fields, family, fields.IsPatch ? present?.Persistence : null, out var engine);
        spec = policies.Read(fields, spec with
        {
            Key = endpoint ?? default,
            Host = endpoint is null ? "" : fields.Text("host") ?? "",
            Method = method,
            Flags = flags,
            Persistence = persistence,
            PersistenceEngine = engine,
            Pulse = present?.Pulse,
        }, present);
        PathReader.CheckHost(fields, spec.Key, spec.Pulse);
        NetworkReader.Check(fields, networks, spec.Pulse, present?.Pulse);
        fields.RefuseUnknown();
        CheckTogether(fields, endpoint, persistence is not null, spec);
        return endpoint is null ? null : spec;
    }

    private static string ReadMethod(FieldReader fields)
    {
        var method = fields.Text("method")?.ToLowerInvariant() ?? Schedulers.Wrr;
        if (method == Schedulers.None || !Schedulers.Known.Contains(method))
        {
            fields.Refuse(new Problem("method", ProblemList.Shorten(method), "is not a scheduler")
            {
                Hint = $"known are {string.Join(", ", Schedulers.Known.Where(name => name != Schedulers.None))}",
            });
        }

        return method;
    }

    private static string ReadFlags(FieldReader fields)
    {
        var flags = fields.Text("flags") ?? "";
        if (flags.Length > MaxFlagsLength)
        {
            fields.Refuse("flags", flags, $"must be at most {MaxFlagsLength} characters");
            return "";
        }

        foreach (var word in ServiceFlagWords.Unknown(flags))
        {
            fields.Refuse(new Problem("flags", word, "is not a scheduler flag") { GorbText = GorbTexts.UnknownFlag, Hint = $"known are {ServiceFlagWords.Known}, joined by |" });
        }

        if (!fields.IsRefused("flags") && ServiceFlagWords.IsContradiction(flags))
        {
            fields.Refuse("flags", flags, $"asks for a fallback and refuses it: leave out {ServiceFlagWords.NoFallback} or the other");
        }

        return flags;
    }

    private static void CheckTogether(FieldReader fields, ServiceKey? endpoint, bool persistent, ServiceSpec spec)
    {
        if (endpoint is { IsFirewallMark: false, Port: 0 } && !persistent && !fields.IsRefused("port"))
        {
            fields.Refuse("port", 0, "is required, 1 to 65535; 0 (every port) works with persistence only", GorbTexts.MissingEndpoint);
        }

        if (spec.OnePacket && endpoint is { IsFirewallMark: false, Protocol: not TransportProtocol.Udp })
        {
            fields.Refuse("ops", true, "one-packet scheduling is for protocol udp only");
        }

        if (spec.Masquerade != MasqueradeMode.Never && endpoint is { IsFirewallMark: true })
        {
            fields.Refuse("masquerade", KernelWords.Masquerade.Text(spec.Masquerade),
                "is for services by address only: a firewall mark does not tell the packets that IPVS translates. Give the service a host and port, or a rule of your own (nft: meta mark ... masquerade)");
        }
    }
}
