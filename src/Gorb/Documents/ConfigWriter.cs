using System.Text.Json;
using System.Text.Json.Nodes;
using Gorb.Model;
using Gorb.Model.Descriptions;

namespace Gorb.Documents;

/// <summary>Writes the wanted table as a document that, put back, changes nothing.</summary>
internal static class ConfigWriter
{
    public static JsonObject Write(Table table)
    {
        var services = new JsonObject();
        foreach (var service in table.Services.Values)
        {
            var body = Members(service.Spec);
            var backends = new JsonObject();
            foreach (var backend in service.Backends.Values)
            {
                backends.Add(backend.Name, Members(backend.Spec));
            }

            body.Add("backends", backends);
            services.Add(service.Name, body);
        }

        return new JsonObject { ["services"] = services };
    }

    /// <summary>The members of a service, without those that say nothing.</summary>
    public static JsonObject Members(ServiceSpec spec)
    {
        var body = Tidy(ServiceDescription.All.ToElement(spec));
        if (body.ContainsKey("persistence") || spec.Persistence is null)
        {
            body.Remove("persistent"); // said by "persistence", or by its absence
        }

        return body;
    }

    /// <summary>The members of a backend, without those that say nothing.</summary>
    public static JsonObject Members(BackendSpec spec) => Tidy(BackendDescription.All.ToElement(spec));

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
