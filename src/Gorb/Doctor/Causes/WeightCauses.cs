using System.Globalization;
using Gorb.Documents.Checks;
using Gorb.Health.Monitoring;
using Gorb.Ipvs;
using Gorb.Model;
using Gorb.Model.Checks;
using Gorb.Model.Policy;
using Gorb.Targets.Ipvs;

namespace Gorb.Doctor.Causes;

/// <summary>Causes by which no backend, or too few, get connections.</summary>
internal static class WeightCauses
{
    /// <summary>Buckets of the scheduler sh (IP_VS_SH_TAB_SIZE).</summary>
    private const int SourceHashBuckets = 256;

    /// <summary>How many backends are named for one reason.</summary>
    private const int MaxNames = 3;

    public static IReadOnlyList<Cause> All { get; } =
    [
        new("all-down", Severity.Error, "Clients of a service are refused, or answered by the sorry backend only.",
            "The checks of every backend fail, so none gets connections.",
            "Mend what the reasons name, on the backends or between them and this host.",
            static host => FindDown(host, isAll: true)),
        new("some-down", Severity.Warning, "A service has fewer backends than it should.",
            "The checks of these backends fail; the others carry their load.",
            "Mend what the reasons name.",
            static host => FindDown(host, isAll: false)),
        new("no-backends", Severity.Warning, "Clients of a service are refused.",
            "A service without backends refuses every client.",
            "Add a backend.",
            static host => host.Services().Where(static service => service.Backends.IsEmpty && service.Spec.Sorry is null)
                .Select(static service => new Sighting($"service {service.Name} has no backends") { Subject = service.Name })),
        new("no-weight", Severity.Error, "Clients of a service are refused although its backends are up.",
            "Every backend has weight 0 or drains, so the kernel sends no new connections to any.",
            "Give a backend a weight, or end a drain.",
            FindNoWeight),
        new("forced-up", Severity.Warning, "Some clients get no answer, although checks know that a backend is down.",
            "An operator forced the backend up, and its checks fail.",
            "Lift the force, so that checks decide again.",
            FindForced),
        new("hash-without-fallback", Severity.Warning, "Some clients are refused, always the same ones.",
            "With sh or mh and the flag no-fallback, clients whose backend is drained or down are refused.",
            "Remove the flag.",
            FindNoFallback),
        new("hash-too-small", Severity.Warning, "Some backends of a service with sh get no clients.",
            "The scheduler sh spreads clients over 256 buckets; a service with more backends leaves some without any.",
            "Use mh.",
            FindSmallHash),
        new("threshold-reached", Severity.Warning, "New clients are refused or sent elsewhere while a backend is idle enough.",
            "The backend has as many connections as its upper_threshold allows, and gets no new ones until they fall below lower_threshold.",
            "Raise the threshold, or remove it.",
            FindThreshold),
        new("udp-unchecked", Severity.Note, "A UDP backend that is dead keeps its clients.",
            "A UDP backend has no check unless pulse is set: nothing tells whether it lives.",
            "Set pulse to udp, dns, ping or another check.",
            FindUnchecked),
        new("checked-off-path", Severity.Note, "A backend is up, and its clients get no answer.",
            "With direct routing and tunnels, a check of the backend's own address says nothing about the way of clients: the virtual address may be missing there.",
            "Send the checks by the path of clients (\"via\": \"path\").",
            FindOffPath),
    ];

    private static IEnumerable<Sighting> FindDown(HostView host, bool isAll)
    {
        var reports = (host.Daemon?.Reports ?? []).Where(static report => report.Verdict == Verdict.Down).ToLookup(static report => report.Service);
        foreach (var service in host.Services().Where(service => reports.Contains(service.Name)))
        {
            var down = reports[service.Name].ToList();
            if (down.Count == service.Backends.Count == isAll)
            {
                yield return new Sighting(string.Create(CultureInfo.InvariantCulture, $"{down.Count} of {service.Backends.Count} backends of {service.Name} are down: {Group(down)}")) { Subject = service.Name };
            }
        }
    }

    /// <summary>The reasons, the most frequent first, each with some of its backends.</summary>
    private static string Group(IEnumerable<BackendReport> down) => string.Join("; ", down.GroupBy(Reason).OrderByDescending(static group => group.Count()).Select(static group =>
    {
        var names = group.Select(static report => report.Backend).ToList();
        var rest = names.Count > MaxNames ? string.Create(CultureInfo.InvariantCulture, $" and {names.Count - MaxNames} more") : "";
        return $"{group.Key} ({string.Join(", ", names.Take(MaxNames))}{rest})";
    }));

    private static string Reason(BackendReport report) =>
        report.Checks.FirstOrDefault(static check => check.State.Verdict == Verdict.Down) is { } check ? check.Fault ?? check.Last.Reason : "not checked yet";

    private static IEnumerable<Sighting> FindNoWeight(HostView host) =>
        from service in host.Services()
        where !service.Backends.IsEmpty && service.Spec.Sorry is null
        let weights = Weights.Of(service).Weights
        where weights.All(static weight => weight == 0) && service.Backends.Values.All(static backend => backend.Health.Verdict == Verdict.Up)
        let backend = service.Backends.Values.FirstOrDefault(static backend => !backend.IsLeaving)
        select new Sighting($"all backends of {service.Name} have weight 0 or drain",
            backend is null ? null : host.Daemon!.Patch(service, backend, string.Create(CultureInfo.InvariantCulture, $$"""{"weight": {{BackendSpec.DefaultWeight}}, "drain": null}""")))
        { Subject = service.Name };

    private static IEnumerable<Sighting> FindForced(HostView host)
    {
        var down = (host.Daemon?.Reports ?? []).Where(static report => report.Checks.Any(static check => check.State.Verdict == Verdict.Down))
            .ToDictionary(static report => (report.Service, report.Backend));
        return from pair in host.Backends()
               where (pair.Backend.Operator.Force ?? pair.Backend.Spec.Force) == Force.Up
               where down.ContainsKey((pair.Service.Name, pair.Backend.Name))
               let path = Wanted.Path(pair.Service, pair.Backend)
               select new Sighting($"{path} is forced up, and its check says: {Reason(down[(pair.Service.Name, pair.Backend.Name)])}", host.Daemon!.Patch(pair.Service, pair.Backend, """{"force": null}"""))
               { Subject = path };
    }

    private static IEnumerable<Sighting> FindNoFallback(HostView host) =>
        from service in host.Services()
        where ServiceFlagWords.CanFallBack(service.Spec.Method) && !ServiceFlagWords.FallsBack(service.Spec)
        let flags = string.Join('|', service.Spec.Flags.Split('|').Where(static flag => flag.Trim() != ServiceFlagWords.NoFallback))
        select new Sighting($"service {service.Name} has method {service.Spec.Method} and flags {service.Spec.Flags}", host.Daemon!.Patch(service, $$"""{"flags": "{{flags}}"}"""))
        { Subject = service.Name };

    private static IEnumerable<Sighting> FindSmallHash(HostView host) =>
        from service in host.Services()
        where service.Spec.Method == Schedulers.Sh && service.Backends.Count > SourceHashBuckets
        select new Sighting(string.Create(CultureInfo.InvariantCulture, $"service {service.Name} has {service.Backends.Count} backends"), host.Daemon!.Patch(service, """{"method": "mh", "flags": null}"""))
        { Subject = service.Name };

    private static IEnumerable<Sighting> FindThreshold(HostView host) =>
        from owned in host.Destinations()
        where owned.Entry.Destination.UpperThreshold > 0 && owned.Entry.Connections() >= owned.Entry.Destination.UpperThreshold
        let path = Wanted.Path(owned.Service, owned.Backend)
        select new Sighting(
            string.Create(CultureInfo.InvariantCulture, $"{path} has {owned.Entry.Connections()} connections, and its upper_threshold is {owned.Entry.Destination.UpperThreshold}"),
            host.Daemon!.Patch(owned.Service, owned.Backend, """{"upper_threshold": null, "lower_threshold": null}"""))
        { Subject = path };

    private static IEnumerable<Sighting> FindUnchecked(HostView host) =>
        from service in host.Services()
        where service.Spec.Key is { IsFirewallMark: false, Protocol: TransportProtocol.Udp } && service.Spec.Pulse is null
        where service.Backends.Values.Any(static backend => backend.Spec.Pulse is null)
        select new Sighting($"backends of {service.Name} have no check", host.Daemon!.Patch(service, """{"pulse": {"type": "ping"}}""")) { Subject = service.Name };

    private static IEnumerable<Sighting> FindOffPath(HostView host) =>
        from pair in host.Backends()
        where pair.Backend.Spec.Method is ForwardingMethod.DirectRoute or ForwardingMethod.Tunnel
        let checks = CheckPlan.InForce(pair.Service.Spec, pair.Backend.Spec)
        where checks.Any(static check => check.Args is not NoneArgs) && checks.All(static check => check.Via != CheckVia.Path)
        let path = Wanted.Path(pair.Service, pair.Backend)
        select new Sighting(
            $"the checks of {path} ask {pair.Backend.Spec.Address}",
            checks.Count == 1 && checks[0].Args is TcpArgs ? host.Daemon!.Patch(pair.Service, pair.Backend, """{"pulse": {"type": "tcp", "via": "path"}}""") : null)
        { Subject = path };
}
