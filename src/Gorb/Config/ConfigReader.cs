using System.Collections.Immutable;
using System.Text.Json;
using Gorb.Api;
using Gorb.Balancing;
using Gorb.Ipvs;

namespace Gorb.Config;

/// <summary>Makes the wanted table that a document describes, with the readers that single PUTs go through; all or nothing.</summary>
internal sealed class ConfigReader(ServiceReader services, TimeProvider time)
{
    /// <summary>A document with more mistakes than this is another kind of document.</summary>
    private const int MostProblems = 100;

    /// <exception cref="RequestException">Something in the document is wrong; the transaction is as it was.</exception>
    public void Apply(JsonElement root, ConfigHosts hosts, ConfigOptions options, Transaction transaction)
    {
        var problems = new List<Problem>();
        var wanted = Read(root, hosts, options, transaction, problems);
        if (problems.Count == 0)
        {
            var names = wanted.Select(service => service.Name).ToHashSet(StringComparer.Ordinal);
            problems.AddRange(transaction.PutAll(wanted, options.Prune ? transaction.After.Services.Keys.Where(name => !names.Contains(name)) : []));
        }

        if (problems.Count > 0)
        {
            throw RequestException.Invalid(problems);
        }
    }

    private List<Service> Read(JsonElement root, ConfigHosts hosts, ConfigOptions options, Transaction transaction, List<Problem> problems)
    {
        if (root.ValueKind != JsonValueKind.Object)
        {
            problems.Add(new Problem(null, null, "the document must be a map with the member services"));
            return [];
        }

        var fields = new FieldReader(root, default, "", problems);
        var found = fields.Raw("services");
        fields.RefuseUnknown();
        if (found is null)
        {
            fields.Refuse("services", null, "is required; {} stands for none");
        }

        return [.. Members(found, "services", problems)
            .TakeWhile(_ => problems.Count < MostProblems)
            .Select(entry => ReadService(entry, hosts, options, transaction.Find(entry.Name), problems))
            .OfType<Service>()];
    }

    private Service? ReadService(JsonProperty entry, ConfigHosts hosts, ConfigOptions options, Service? present, List<Problem> problems)
    {
        var path = $"services.{entry.Name}";
        var fields = new FieldReader(entry.Value, default, $"{path}.", problems);
        var backends = fields.Raw("backends");
        if (services.Read(fields, hosts.Of(entry.Value), present?.Spec) is not { } spec)
        {
            return null;
        }

        var service = present is null ? Service.Create(entry.Name, spec) : present.Spec == spec ? present : present with { Spec = spec };
        var read = Members(backends, $"{path}.backends", problems)
            .TakeWhile(_ => problems.Count < MostProblems)
            .Select(backend => ReadBackend(backend, $"{path}.backends.{backend.Name}", hosts, options, service, problems))
            .ToList();
        var all = options.Prune ? read : [.. read.UnionBy(service.Backends.Values, backend => backend.Name)];
        CheckUnique(all, $"{path}.backends", problems);
        CheckFit(service, all.Except(read), problems);
        return all.Count == service.Backends.Count && all.All(backend => ReferenceEquals(backend, service.Backends.GetValueOrDefault(backend.Name)))
            ? service
            : service with { Backends = all.DistinctBy(backend => backend.Name).ToImmutableSortedDictionary(backend => backend.Name, backend => backend, StringComparer.Ordinal) };
    }

    private Backend ReadBackend(JsonProperty entry, string path, ConfigHosts hosts, ConfigOptions options, Service service, List<Problem> problems)
    {
        var present = service.Backends.GetValueOrDefault(entry.Name);
        var spec = BackendReader.Read(new FieldReader(entry.Value, default, $"{path}.", problems), hosts.Of(entry.Value), service, present?.Spec);
        if (present is null)
        {
            return new Backend(entry.Name, spec, time.GetUtcNow());
        }

        spec = options.KeepWeights ? spec with { Weight = present.Spec.Weight } : spec;
        return spec == present.Spec ? present : present with { Spec = spec };
    }

    private static void CheckUnique(List<Backend> backends, string path, List<Problem> problems)
    {
        var places = new Dictionary<DestinationKey, string>();
        foreach (var backend in backends.Where(backend => !places.TryAdd(backend.Spec.Key, backend.Name)))
        {
            problems.Add(new Problem($"{path}.{backend.Name}", null, $"stands at {backend.Spec.Key}, where backend '{places[backend.Spec.Key]}' stands already"));
        }
    }

    /// <summary>Backends that the document does not speak of must fit a service that it moves.</summary>
    private static void CheckFit(Service service, IEnumerable<Backend> kept, List<Problem> problems)
    {
        foreach (var backend in kept)
        {
            problems.AddRange(BackendRules.Problems(service.Spec, backend.Spec)
                .Select(problem => new Problem($"services.{service.Name}", null, $"backend '{backend.Name}', which stays, does not fit: {problem.Text}")));
        }
    }

    /// <summary>The members of a map of named objects whose names and values are such.</summary>
    private static IEnumerable<JsonProperty> Members(JsonElement? map, string path, List<Problem> problems)
    {
        if (map is { ValueKind: not JsonValueKind.Object })
        {
            problems.Add(new Problem(path, null, "must be a map with names as keys"));
        }

        foreach (var entry in map is { ValueKind: JsonValueKind.Object } found ? found.EnumerateObject() : default)
        {
            if (ObjectName.Fault(entry.Name) is { } fault)
            {
                problems.Add(new Problem($"{path}.{entry.Name}", null, $"the name {fault}"));
            }
            else if (entry.Value.ValueKind != JsonValueKind.Object)
            {
                problems.Add(new Problem($"{path}.{entry.Name}", null, "must be a map"));
            }
            else
            {
                yield return entry;
            }
        }
    }
}
