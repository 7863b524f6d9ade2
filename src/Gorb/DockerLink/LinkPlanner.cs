using System.Text.Json.Nodes;

namespace Gorb.DockerLink;

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

    /// <param name="wanted">What the containers ask for.</param>
    /// <param name="table">What the Gorb has.</param>
    /// <param name="departures">Backends that go slowly.</param>
    /// <param name="complaints">Gets what stands in the way.</param>
    public IEnumerable<LinkChange> Plan(Wanted wanted, GorbTable table, Departures departures, List<string> complaints)
    {
        // Removals come first: a container with a new name stands where the old name stood.
        var removals = Unwanted(wanted, table, departures).Select(gone => Remove(gone.Service, gone.Backend, gone.Members, wanted, departures));
        var services = wanted.Services.Values.Select(service => Plan(service, table.Find(service.Name)));
        var backends = wanted.Backends.Values.Select(backend => Plan(backend, table.Find(backend.Service, backend.Name), departures, complaints));
        return [.. removals.Concat(services.OfType<LinkChange>()).Concat(backends.OfType<LinkChange>())];
    }

    /// <summary>Services of links that have no backend and that no container asks for.</summary>
    public static IEnumerable<string> Deserted(Wanted wanted, GorbTable table) => table.Services.Where(service =>
        Text(table.Find(service)!, "owner") == ServiceOwner && !wanted.Services.ContainsKey(service) && !table.Backends(service).Any());

    /// <summary>Backends that would be removed, were it not that they may be running empty already.</summary>
    public IEnumerable<(string Service, string Backend)> Idle(Wanted wanted, GorbTable table, Departures departures) =>
        Unwanted(wanted, table, departures).Where(gone => gone.Members["drain"]?.GetValue<bool>() == true).Select(gone => (gone.Service, gone.Backend));

    /// <summary>Backends of this engine that are no containers any more, and whose removal has not begun.</summary>
    private IEnumerable<(string Service, string Backend, JsonObject Members)> Unwanted(Wanted wanted, GorbTable table, Departures departures) => table.Services
        .SelectMany(service => table.Backends(service).Select(backend => (Service: service, Backend: backend.Name, backend.Members)))
        .Where(found => IsMine(found.Members) && !wanted.Backends.ContainsKey((found.Service, found.Backend)) && !departures.HasBegun(found.Service, found.Backend));

    private static LinkChange Remove(string service, string backend, JsonObject members, Wanted wanted, Departures departures)
    {
        var isTaken = wanted.Backends.Values.Any(other => other.Service == service && Same(other.Members, members, "host") && Same(other.Members, members, "port"));
        return new LinkChange(HttpMethod.Delete, service, backend, null)
        {
            Query = !isTaken && departures.Time(service, backend) is { } drain ? $"?drain={Uri.EscapeDataString(drain)}" : "",
        };
    }

    private static LinkChange? Plan(WantedService wanted, JsonObject? present)
    {
        if (present is null && wanted.IsAwaiting)
        {
            return null;
        }

        if (present is null)
        {
            var members = wanted.Members.DeepClone().AsObject();
            members["owner"] = ServiceOwner;
            return new LinkChange(HttpMethod.Put, wanted.Name, null, members) { Source = wanted.Source };
        }

        var changed = Text(present, "owner") == ServiceOwner ? Differences(wanted.Members, present) : [];
        return changed.Count == 0 ? null : new LinkChange(HttpMethod.Patch, wanted.Name, null, changed) { Source = wanted.Source };
    }

    private LinkChange? Plan(WantedBackend wanted, JsonObject? present, Departures departures, List<string> complaints)
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
            return new LinkChange(HttpMethod.Put, wanted.Service, wanted.Name, members) { Source = wanted.Source };
        }

        if (!IsMine(present) && !(Text(present, "owner") is null && Same(present, members, "host") && Same(present, members, "port")))
        {
            complaints.Add($"container {wanted.Source.Name}: backend {wanted.Service}/{wanted.Name} is there already, made by {Text(present, "owner") ?? "hand"}; it is left alone");
            return null;
        }

        if (wanted.Resting is null && IsResting(present))
        {
            members["drain"] = false; // the link began it, so the link ends it; an operator's drain carries no such mark
        }

        var changed = Differences(members, present);
        return changed.Count == 0 ? null : new LinkChange(HttpMethod.Patch, wanted.Service, wanted.Name, changed) { Source = wanted.Source };
    }

    private bool IsMine(JsonObject members) => Text(members, "owner") is { } owner && (owner == _owner || owner.StartsWith($"{_owner}:", StringComparison.Ordinal));

    private bool IsResting(JsonObject members) => Text(members, "owner") is { } owner && owner.StartsWith($"{_owner}:", StringComparison.Ordinal);

    private static JsonObject Differences(JsonObject wanted, JsonObject present) =>
        new(wanted.Where(member => !JsonNode.DeepEquals(member.Value, present[member.Key])).Select(member => KeyValuePair.Create(member.Key, member.Value?.DeepClone())));

    private static bool Same(JsonObject one, JsonObject other, string member) => JsonNode.DeepEquals(one[member], other[member]);

    private static string? Text(JsonObject members, string name) => members[name]?.GetValue<string>();
}
