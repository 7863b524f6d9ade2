using System.Text.Json.Nodes;
using Gorb.Documents;
using Gorb.Model.Merging;
using Gorb.Model.Text;

namespace Gorb.Sources.Docker;

/// <summary>The document that a link declares with PUT /config: the services and backends that the containers claim.</summary>
internal sealed class LinkDocument
{
    private const string BackendsMember = "backends";

    private readonly SortedDictionary<string, Section> _sections = new(StringComparer.Ordinal);

    private LinkDocument()
    {
    }

    /// <summary>The services and backends of the document.</summary>
    public IEnumerable<KeyValuePair<ObjectPath, Entry>> Entries => _sections.SelectMany(section => section.Value.Backends
        .Select(backend => KeyValuePair.Create(new ObjectPath(section.Key, backend.Key), backend.Value))
        .Prepend(KeyValuePair.Create(new ObjectPath(section.Key, null), section.Value.Service)));

    /// <summary>Builds the document for the resolved claims.</summary>
    /// <param name="wanted">The resolved claims.</param>
    /// <param name="table">The Gorb's wanted table. An object that awaits an address of the host is declared as the table has it.</param>
    /// <param name="source">The link's source.</param>
    /// <param name="grace">How long a service stays after no container claims it any more.</param>
    public static LinkDocument Of(Wanted wanted, GorbTable table, string source, string grace)
    {
        var document = new LinkDocument();
        foreach (var service in wanted.Services.Values)
        {
            if (Service(service, table, source, grace) is { } members)
            {
                document._sections[service.Name] = new Section(new Entry(members, service.Source), new(StringComparer.Ordinal));
            }
        }

        foreach (var backend in wanted.Backends.Values)
        {
            if (document._sections.TryGetValue(backend.Service, out var section) && Backend(backend, table, source) is { } members)
            {
                section.Backends[backend.Name] = new Entry(members, backend.Source);
            }
        }

        return document;
    }

    /// <summary>Finds a service or backend; null when the document lacks it.</summary>
    public Entry? Find(ObjectPath path) => _sections.GetValueOrDefault(path.Service) is not { } section ? null
        : path.Backend is { } backend ? section.Backends.GetValueOrDefault(backend)
        : section.Service;

    /// <summary>Removes a backend, or a service with its backends, from the document.</summary>
    public void LeaveOut(ObjectPath path)
    {
        if (path.Backend is { } backend)
        {
            _sections.GetValueOrDefault(path.Service)?.Backends.Remove(backend);
        }
        else
        {
            _sections.Remove(path.Service);
        }
    }

    /// <summary>Splits the path of a member ("services.web.backends.b1.weight") into object and member; null when the document lacks the object. Names may contain dots.</summary>
    public (ObjectPath Path, string Member)? Locate(string? field)
    {
        if (Below(field, "services") is not { } path || Longest(path, _sections.Keys) is not var (service, rest))
        {
            return null;
        }

        return Below(rest, BackendsMember) is { } below && Longest(below, _sections[service].Backends.Keys) is var (name, member)
            ? (new ObjectPath(service, name), member)
            : (new ObjectPath(service, null), rest);
    }

    /// <summary>The document as JSON.</summary>
    /// <param name="refused">The labels that the document leaves out, each with the reason.</param>
    public JsonObject ToJson(IEnumerable<string> refused)
    {
        var document = new JsonObject { ["services"] = Services() };
        JsonNode[] texts = [.. refused.Distinct().Take(RefusedReader.MaxItems).Select(static text => JsonValue.Create(PlainText.Shorten(text, RefusedReader.MaxLength - 3)))];
        if (texts.Length > 0)
        {
            document[RefusedReader.Member] = new JsonArray(texts);
        }

        return document;
    }

    private JsonObject Services() => new(_sections.Select(section =>
    {
        var members = section.Value.Service.Members.DeepClone().AsObject();
        members[BackendsMember] = new JsonObject(section.Value.Backends.Select(backend => KeyValuePair.Create(backend.Key, (JsonNode?)backend.Value.Members.DeepClone())));
        return KeyValuePair.Create(section.Key, (JsonNode?)members);
    }));

    /// <summary>The members of a service: null when the service cannot be declared yet, none when containers join a service of a source that is not a link.</summary>
    private static JsonObject? Service(WantedService wanted, GorbTable table, string source, string grace)
    {
        var holder = table.Source(wanted.Name);
        if (holder is null)
        {
            return wanted.IsAwaiting ? null : Graced(wanted.Members, grace);
        }

        if (!SourceName.IsDocker(holder))
        {
            return [];
        }

        var members = GorbTable.Wish(table.Find(wanted.Name)!);
        if (holder == source && !wanted.IsAwaiting && wanted.Members.Count > 0)
        {
            var own = Graced(wanted.Members, grace);
            if (members["host"] is { } host)
            {
                own.TryAdd("host", host.DeepClone()); // a claim without an address accepts any, so the service keeps its address
            }

            return own;
        }

        // A service of another link is declared with that link's members, overlaid with the labels here. So the service stays when the other link drops it.
        Overlay(members, wanted.Members);
        return members;
    }

    /// <summary>The members of a backend; null when the backend cannot be declared yet.</summary>
    private static JsonObject? Backend(WantedBackend wanted, GorbTable table, string source)
    {
        JsonObject members = [];
        if (wanted.IsAwaiting)
        {
            if (table.Source(wanted.Service, wanted.Name) != source)
            {
                return null;
            }

            members = GorbTable.Wish(table.Find(wanted.Service, wanted.Name)!);
            members.Remove("drain");
            members.Remove("drain_on_removal");
        }

        Overlay(members, wanted.Members);
        if (wanted.QuiesceReason is not null)
        {
            members["drain"] = true;
        }

        if (wanted.Drain is not null)
        {
            members["drain_on_removal"] = wanted.Drain;
        }

        return members;
    }

    private static JsonObject Graced(JsonObject members, string grace)
    {
        var graced = members.DeepClone().AsObject();
        graced["grace"] = grace;
        return graced;
    }

    private static void Overlay(JsonObject members, JsonObject above)
    {
        foreach (var (name, value) in above)
        {
            members[name] = value?.DeepClone();
        }
    }

    /// <summary>The rest of a path after its leading name; null when the path starts with another name.</summary>
    private static string? Below(string? path, string name) =>
        path is null || !path.StartsWith(name, StringComparison.Ordinal) ? null
        : path.Length == name.Length ? ""
        : path[name.Length] == '.' ? path[(name.Length + 1)..]
        : null;

    /// <summary>The longest name with which a path begins, and the rest of the path; null when the path begins with none.</summary>
    private static (string Name, string Below)? Longest(string path, IEnumerable<string> names) => names
        .OrderByDescending(name => name.Length)
        .Where(name => Below(path, name) is not null)
        .Select(name => ((string, string)?)(name, Below(path, name)!))
        .FirstOrDefault();

    /// <summary>A service or backend of the document.</summary>
    /// <param name="Members">The members of the object; a service's members exclude its backends.</param>
    /// <param name="Source">The container that claims the object.</param>
    internal sealed record Entry(JsonObject Members, Container Source);

    /// <summary>A service and its backends.</summary>
    private sealed record Section(Entry Service, SortedDictionary<string, Entry> Backends);
}

/// <summary>A service, or one of its backends.</summary>
/// <param name="Service">The service.</param>
/// <param name="Backend">The backend; null for the service itself.</param>
internal readonly record struct ObjectPath(string Service, string? Backend)
{
    public override string ToString() => Backend is null ? Service : $"{Service}/{Backend}";
}
