using System.Net.ServerSentEvents;
using System.Text.Json;
using System.Text.Json.Nodes;
using Gorb.Cli.Objects;

namespace Gorb.Cli.Top;

/// <summary>The whole table of a daemon, kept up to date by the deltas of its events.</summary>
internal sealed class LiveTable
{
    private const string ServicesMember = "services";

    private readonly Dictionary<string, ServiceState> _services = [];
    private JsonObject _table = [];

    /// <summary>False before the first table, and while a change has come only in part.</summary>
    public bool IsComplete { get; private set; }

    /// <summary>Why the daemon cannot read the kernel's table; null when it can.</summary>
    public string? KernelError => _table["kernel_error"]?.GetValue<string>();

    /// <summary>The services, in no order.</summary>
    public IReadOnlyCollection<ServiceState> Services => _services.Values;

    public ServiceState? Find(string name) => _services.GetValueOrDefault(name);

    /// <summary>Takes an event in.</summary>
    /// <exception cref="JsonException">The event is not that of a Gorb.</exception>
    public void Apply(SseItem<string> happened)
    {
        switch (happened.EventType)
        {
            case "reset":
                _table = [];
                _services.Clear();
                IsComplete = false;
                break;
            case "delta":
                Apply(JsonNode.Parse(happened.Data) as JsonObject ?? throw new JsonException("A delta is no object."));
                IsComplete = happened.EventId is not null;
                break;
        }
    }

    private void Apply(JsonObject patch)
    {
        var touched = patch[ServicesMember] is JsonObject services ? services.Select(static service => service.Key).ToList() : [];
        Merge(_table, patch);
        foreach (var name in touched)
        {
            if (_table[ServicesMember]?[name] is { } service)
            {
                _services[name] = ServiceState.Of(name, Element(service));
            }
            else
            {
                _services.Remove(name);
            }
        }
    }

    /// <summary>Applies a merge patch (RFC 7396) to an object.</summary>
    private static void Merge(JsonObject target, JsonObject patch)
    {
        foreach (var (name, value) in patch.ToList())
        {
            if (value is null)
            {
                target.Remove(name);
            }
            else if (value is JsonObject changes)
            {
                if (target[name] is not JsonObject present)
                {
                    target[name] = present = [];
                }

                Merge(present, changes);
            }
            else
            {
                patch.Remove(name); // a node has one parent
                target[name] = value;
            }
        }
    }

    private static JsonElement Element(JsonNode node)
    {
        using var document = JsonDocument.Parse(node.ToJsonString());
        return document.RootElement.Clone();
    }
}
