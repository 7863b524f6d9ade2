using System.Text.Json;
using System.Text.Json.Nodes;
using Gorb.Model;
using Gorb.Model.Descriptions;
using Gorb.Model.Merging;

namespace Gorb.Documents;

/// <summary>Writes the wanted table as a document that changes nothing when sent back.</summary>
internal static class ConfigWriter
{
    /// <param name="table">The table.</param>
    /// <param name="secrets">Whether secrets of checks are shown.</param>
    public static JsonObject Write(Table table, bool secrets = false)
    {
        var services = new JsonObject();
        foreach (var service in table.Services.Values)
        {
            var body = Reveal(Members(service.Spec), service.Spec.Pulse, secrets);
            body.Add("source", service.Source);
            body.Add("backends", Write(service.Backends.Values, service.Source, backend => Reveal(Members(backend), backend.Spec.Pulse, secrets)));
            services.Add(service.Name, body);
        }

        return new JsonObject { ["services"] = services };
    }

    /// <summary>Writes the declaration of one source, including its claims.</summary>
    /// <param name="table">The table.</param>
    /// <param name="source">The source.</param>
    /// <param name="secrets">Whether secrets of checks are shown.</param>
    public static JsonObject WritePart(Table table, string source, bool secrets = false)
    {
        var services = new JsonObject();
        foreach (var name in table.Services.Keys.Union(table.Declarations.Claims.Keys).Order(StringComparer.Ordinal))
        {
            var (service, claim) = (table.Find(name), table.Declarations.On(name).Of(source));
            var spec = service?.Source == source ? (service.Departure is null ? service.Spec : null) : claim?.Spec;
            var backends = Backends.Of([
                .. service?.Backends.Values.Where(backend => backend.Source == source && !backend.IsLeaving) ?? [],
                .. claim?.Backends.Values ?? [],
            ]);
            if (spec is not null || !backends.IsEmpty)
            {
                var body = spec is null ? [] : Reveal(Members(spec), spec.Pulse, secrets);
                body.Add("backends", Write(backends.Values, source, backend => Reveal(Members(backend.Spec), backend.Spec.Pulse, secrets)));
                services.Add(name, body);
            }
        }

        return new JsonObject { ["services"] = services };
    }

    private static JsonObject Write(IEnumerable<Backend> backends, string source, Func<Backend, JsonObject> write)
    {
        var map = new JsonObject();
        foreach (var backend in backends)
        {
            var members = write(backend);
            if (backend.Source != source)
            {
                members.Add("source", backend.Source);
            }

            map.Add(backend.Name, members);
        }

        return map;
    }

    /// <summary>Returns the members of a service, without empty ones.</summary>
    public static JsonObject Members(ServiceSpec spec)
    {
        var body = Tidy(ServiceDescription.All.ToElement(spec));
        if (body.ContainsKey("persistence") || spec.Persistence is null)
        {
            body.Remove("persistent"); // redundant: "persistence" or its absence has the information
        }

        return body;
    }

    /// <summary>Returns the members of a backend and the operator's overrides, without empty ones.</summary>
    public static JsonObject Members(Backend backend)
    {
        var members = Members(backend.Spec);
        if (OperatorView.Of(backend.Operator) is { } words)
        {
            members.Add("operator", JsonSerializer.SerializeToNode(words, ConfigJson.Default.OperatorView));
        }

        return members;
    }

    /// <summary>Returns the members of a backend, without empty ones.</summary>
    public static JsonObject Members(BackendSpec spec) => Tidy(BackendDescription.All.ToElement(spec));

    private static JsonObject Reveal(JsonObject members, string? pulse, bool secrets)
    {
        if (secrets && pulse is not null)
        {
            members["pulse"] = JsonNode.Parse(pulse);
        }

        return members;
    }

    private static JsonObject Tidy(JsonElement shown)
    {
        var body = JsonObject.Create(shown)!;
        foreach (var empty in body.Where(member => member.Value is JsonValue value && value.TryGetValue<string>(out var text) && text.Length == 0).ToList())
        {
            body.Remove(empty.Key);
        }

        return body;
    }
}
