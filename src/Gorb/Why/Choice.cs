using Gorb.Ipvs;
using Gorb.Targets.Host;

namespace Gorb.Why;

/// <summary>Which destinations the packet can meet.</summary>
/// <param name="Steps">What decides it; the last one is broken if the packet meets none.</param>
/// <param name="Destinations">The destinations: one when it is certain.</param>
internal sealed record Choice(IReadOnlyList<WhyStep> Steps, IReadOnlyList<DestinationEntry> Destinations)
{
    private const string Entry = "entry", Scheduler = "scheduler";

    /// <summary>Decides by connection entry, then by persistence template, then by the scheduler, as the kernel does.</summary>
    public static Choice Make(Question question)
    {
        var key = question.Service.Spec.Key;
        if (question.Entry is not { } entry)
        {
            return Nowhere(WhyStep.Broken("service", question.KernelTrouble ?? $"{key} is not in the kernel's table"));
        }

        List<WhyStep> steps = [WhyStep.Good("service", $"{key} is in the kernel's table, scheduler {entry.Service.Service.Scheduler}, {entry.Destinations.Count} destinations")];
        if (!question.Connections.IsComplete)
        {
            steps.Add(WhyStep.Unknown(Entry, "the connection table is too large to be searched as a whole: the client may have an entry"));
        }

        return ByConnection(question, entry, steps) ?? ByTemplate(question, entry, steps) ?? ByScheduler(question, entry, steps);
    }

    private static Choice Nowhere(params IEnumerable<WhyStep> steps) => new([.. steps], []);

    private static Choice? ByConnection(Question question, TableEntry entry, List<WhyStep> steps)
    {
        if (question.Port is not { } port || question.Connections.Entries.FirstOrDefault(one => one.ClientPort == port && !one.IsTemplate) is not { } connection)
        {
            return null;
        }

        var name = question.NameOf(connection.Destination);
        if (Find(entry, connection.Destination) is { } destination)
        {
            steps.Add(WhyStep.Good(Entry, $"the client's connection from port {port} ({connection.State}) belongs to {name}"));
            return new Choice(steps, [destination]);
        }

        if (question.Host.Setting("net.ipv4.vs.expire_nodest_conn") == "1")
        {
            steps.Add(WhyStep.Good(Entry, $"the client's connection from port {port} belongs to {name}, which was removed: the kernel forgets it at the next packet"));
            return null;
        }

        return Nowhere([.. steps, WhyStep.Broken(Entry, $"the client's connection from port {port} belongs to {name}, which was removed: the kernel drops its packets", SysctlText.CommandFor("net.ipv4.vs.expire_nodest_conn", "1"))]);
    }

    private static Choice? ByTemplate(Question question, TableEntry entry, List<WhyStep> steps)
    {
        if (question.Connections.Entries.FirstOrDefault(static one => one.IsTemplate) is not { } template || !entry.Service.Service.Flags.HasFlag(ServiceFlags.Persistent))
        {
            return null;
        }

        var name = question.NameOf(template.Destination);
        var destination = Find(entry, template.Destination);
        if (destination is null || (destination.Destination.Weight == 0 && question.Host.Setting(SysctlRules.ExpireQuiescentTemplate) == "1"))
        {
            steps.Add(WhyStep.Good(Entry, $"the client persists with {name}, which takes no new connections: the kernel schedules it anew"));
            return null;
        }

        steps.Add(WhyStep.Good(Entry, $"the client persists with {name} for {template.ExpiresIn.TotalSeconds:0} s more{(destination.Destination.Weight == 0 ? ", although its weight is 0" : "")}"));
        return new Choice(steps, [destination]);
    }

    private static Choice ByScheduler(Question question, TableEntry entry, List<WhyStep> steps)
    {
        var settings = entry.Service.Service;
        var usable = entry.Destinations.Where(HashedChoice.IsAvailable).ToList();
        if (usable.Count == 0)
        {
            return Nowhere([.. steps, WhyStep.Broken(Scheduler, ExplainNone(question, entry))]);
        }

        var chosen = settings.Scheduler switch
        {
            Schedulers.Sh => HashedChoice.BySource(entry.Destinations, question.Client, question.Port ?? 0, settings.Flags.HasFlag(ServiceFlags.Scheduler1)),
            Schedulers.Dh when question.VirtualAddress is { } vip => HashedChoice.ByDestination(entry.Destinations, vip),
            _ => null,
        };
        var isHashed = settings.Scheduler == Schedulers.Dh ? question.VirtualAddress is not null
            : settings.Scheduler == Schedulers.Sh && (question.Port is not null || !settings.Flags.HasFlag(ServiceFlags.Scheduler2));
        if (isHashed)
        {
            steps.Add(chosen is null
                ? WhyStep.Broken(Scheduler, $"{settings.Scheduler} sends this client to a backend that takes no new connections, and refuses it")
                : WhyStep.Good(Scheduler, $"{settings.Scheduler} sends this client to {question.NameOf(chosen.Destination.Key)}"));
            return new Choice(steps, chosen is null ? [] : [chosen]);
        }

        var sum = usable.Sum(static one => (long)one.Destination.Weight);
        var shares = usable.Select(one => $"{question.NameOf(one.Destination.Key)} ({(double)one.Destination.Weight / sum:P0})");
        steps.Add(WhyStep.Good(Scheduler, usable.Count == 1
            ? $"{settings.Scheduler} has only {question.NameOf(usable[0].Destination.Key)} to choose"
            : $"{settings.Scheduler} chooses one of these, by weight: {string.Join(", ", shares.Take(MaxShown))}{(usable.Count > MaxShown ? ", ..." : "")}"));
        return new Choice(steps, usable);
    }

    private const int MaxShown = 10;

    private static string ExplainNone(Question question, TableEntry entry)
    {
        var backends = question.Service.Backends.Values;
        if (backends.Length == 0 && entry.Destinations.Count == 0)
        {
            return $"{question.Service.Name} has no backend";
        }

        var reasons = backends.Take(MaxShown).Select(backend => $"{backend.Name} {Explain(question, entry, backend)}");
        return $"no backend takes new connections: {string.Join(", ", reasons)}{(backends.Length > MaxShown ? ", ..." : "")}";
    }

    private static string Explain(Question question, TableEntry entry, Model.Backend backend) =>
        backend.IsDraining ? "drains"
        : question.Failure(backend.Name) is { } failure ? $"is down ({failure})"
        : Find(entry, backend.Spec.Key) is not { } destination ? "is not in the kernel"
        : destination.Destination.Weight == 0 ? "has weight 0"
        : "has as many connections as its threshold allows";

    private static DestinationEntry? Find(TableEntry entry, DestinationKey key) => entry.Destinations.FirstOrDefault(one => one.Destination.Key == key);
}
