using System.Text.Json.Nodes;

namespace Gorb.Sources.Docker;

/// <summary>
/// Works out what to tell a Gorb. Pure. Objects carry their maker in the member "owner", so the link touches only what it made: services are marked
/// by <see cref="ServiceOwner"/> for all links together, backends by the name of the engine that runs them. Members that the containers do not
/// speak of (weights, checks, whatever an operator set) are left as they are.
/// </summary>
/// <param name="engine">The engine's name.</param>
internal sealed class LinkPlanner(string engine)
{
    public const string ServiceOwner = "docker-link";

    private readonly string _owner = $"{ServiceOwner} {engine}";

    /// <summary>What makes the services what they shall be; the backends follow, once Gorb has the services.</summary>
    public static IEnumerable<LinkChange> PlanServices(Wanted wanted, GorbTable table) =>
        [.. wanted.Services.Values.Select(service => Plan(service, table.Find(service.Name))).OfType<LinkChange>()];

    /// <summary>
    /// What makes the backends what they shall be. What gets connections is added before anything is taken away, so that no service is without a backend on
    /// the way; only what stands at the very address of another goes first.
    /// </summary>
    /// <param name="wanted">What the containers ask for.</param>
    /// <param name="table">What the Gorb has.</param>
    /// <param name="departures">Backends that go slowly.</param>
    /// <param name="complaints">Gets what stands in the way.</param>
    public IEnumerable<LinkChange> PlanBackends(Wanted wanted, GorbTable table, PendingDrains departures, List<string> complaints)
    {
        var backends = wanted.Backends.Values.Where(backend => table.Find(backend.Service) is not null).ToList();
        var vacated = backends.Select(backend => InTheWay(backend, wanted, table)).OfType<(string Service, string Name)>().ToHashSet();
        var changes = backends
            .OrderBy(backend => backend.Resting is not null)
            .Select(backend => Plan(backend, vacated.Contains((backend.Service, backend.Name)) ? null : table.Find(backend.Service, backend.Name), wanted, table, departures, complaints))
            .OfType<LinkChange>()
            .ToList();
        var replaced = changes.Where(change => change.Replaces is not null).Select(change => (change.Service, change.Replaces!)).ToHashSet();
        var removals = Unwanted(wanted, table, departures)
            .Where(gone => !replaced.Contains(gone) && !vacated.Contains(gone))
            .Select(gone => new LinkChange(HttpMethod.Delete, gone.Service, gone.Name, null) { Drain = departures.Time(gone.Service, gone.Name) });
        return [.. vacated.Select(way => new LinkChange(HttpMethod.Delete, way.Service, way.Name, null)), .. changes, .. removals];
    }

    /// <summary>Services of links that have no backend and that no container asks for.</summary>
    public static IEnumerable<string> Deserted(Wanted wanted, GorbTable table) => table.Services.Where(service =>
        GorbTable.Owner(table.Find(service)!) == ServiceOwner && !wanted.Services.ContainsKey(service) && !table.Backends(service).Any());

    /// <summary>Backends that would be removed, were it not that they may be running empty already.</summary>
    public IEnumerable<(string Service, string Backend)> Idle(Wanted wanted, GorbTable table, PendingDrains departures) =>
        Unwanted(wanted, table, departures).Where(gone => table.Find(gone.Service, gone.Name)!["drain"]?.GetValue<bool>() == true);

    /// <summary>Whether the link of this engine made a backend.</summary>
    public bool IsMine(JsonObject members) => GorbTable.Owner(members) is { } owner && (owner == _owner || owner.StartsWith($"{_owner}:", StringComparison.Ordinal));

    /// <summary>Backends of this engine that are no containers any more, and whose removal has not begun.</summary>
    private IEnumerable<(string Service, string Name)> Unwanted(Wanted wanted, GorbTable table, PendingDrains departures) => table.Services
        .SelectMany(service => table.Backends(service).Where(backend => IsMine(backend.Members)).Select(backend => (Service: service, backend.Name)))
        .Where(found => !wanted.Backends.ContainsKey(found) && !departures.HasBegun(found.Service, found.Name));

    /// <summary>
    /// The backend that stands where another one of its service moves to (containers that start again take each other's addresses), when it may go: it is no container any
    /// more, or moves itself.
    /// </summary>
    private (string Service, string Name)? InTheWay(WantedBackend moving, Wanted wanted, GorbTable table)
    {
        if (moving.IsAwaiting || table.Find(moving.Service, moving.Name) is not { } present || !IsMine(present) || IsAt(present, moving.Members))
        {
            return null;
        }

        return At(moving, table) is { } holder && (!wanted.Backends.TryGetValue(holder, out var other) || !IsAt(moving.Members, other.Members)) ? holder : null;
    }

    /// <summary>This engine's backend that stands where another one of the same service shall stand.</summary>
    private (string Service, string Name)? At(WantedBackend wanted, GorbTable table)
    {
        var holder = table.Backends(wanted.Service).FirstOrDefault(backend => backend.Name != wanted.Name && IsMine(backend.Members) && IsAt(backend.Members, wanted.Members));
        return holder.Name is { } name ? (wanted.Service, name) : null;
    }

    private static LinkChange? Plan(WantedService wanted, JsonObject? present)
    {
        if (present is null && wanted.IsAwaiting)
        {
            return null;
        }

        if (present is null || wanted.Replaces is not null)
        {
            var members = wanted.Members.DeepClone().AsObject();
            members["owner"] = ServiceOwner;
            return new LinkChange(HttpMethod.Put, wanted.Name, null, members) { Source = wanted.Source, Replaces = wanted.Replaces, IsCreation = present is null };
        }

        var changed = GorbTable.Owner(present) == ServiceOwner ? Differences(wanted.Members, present) : [];
        return changed.Count == 0 ? null : new LinkChange(HttpMethod.Patch, wanted.Name, null, changed) { Source = wanted.Source };
    }

    private LinkChange? Plan(WantedBackend wanted, JsonObject? present, Wanted all, GorbTable table, PendingDrains departures, List<string> complaints)
    {
        if (wanted.IsAwaiting && (present is null || !IsMine(present) || departures.HasBegun(wanted.Service, wanted.Name)))
        {
            return null;
        }

        var members = wanted.Members.DeepClone().AsObject();
        members["owner"] = wanted.Resting is null ? _owner : $"{_owner}: {wanted.Resting}";
        if (wanted.Resting is not null)
        {
            members["drain"] = true;
        }

        if (present is null || departures.HasBegun(wanted.Service, wanted.Name))
        {
            var replaced = At(wanted, table) is { } holder && !all.Backends.ContainsKey(holder) ? holder.Name : null;
            return new LinkChange(HttpMethod.Put, wanted.Service, wanted.Name, members)
            {
                Source = wanted.Source,
                Replaces = replaced,
                IsCreation = table.Find(wanted.Service, wanted.Name) is null,
            };
        }

        if (!IsMine(present) && !(GorbTable.Owner(present) is null && IsAt(present, members)))
        {
            complaints.Add($"container {wanted.Source.Name}: backend {wanted.Service}/{wanted.Name} is there already, made by {GorbTable.Owner(present) ?? "hand"}; it is left alone");
            return null;
        }

        if (wanted.Resting is null && IsResting(present))
        {
            members["drain"] = false; // the link began it, so the link ends it; an operator's drain carries no such mark
        }

        var changed = Differences(members, present);
        return changed.Count == 0 ? null : new LinkChange(HttpMethod.Patch, wanted.Service, wanted.Name, changed) { Source = wanted.Source };
    }

    private bool IsResting(JsonObject members) => GorbTable.Owner(members) is { } owner && owner.StartsWith($"{_owner}:", StringComparison.Ordinal);

    private static JsonObject Differences(JsonObject wanted, JsonObject present) =>
        new(wanted.Where(member => !JsonNode.DeepEquals(member.Value, present[member.Key])).Select(member => KeyValuePair.Create(member.Key, member.Value?.DeepClone())));

    private static bool IsAt(JsonObject one, JsonObject other) => JsonNode.DeepEquals(one["host"], other["host"]) && JsonNode.DeepEquals(one["port"], other["port"]);
}
