using System.Collections.Immutable;
using System.Text.Json;
using Gorb.Api;
using Gorb.Balancing;
using Gorb.Ipvs;

namespace Gorb.Config;

/// <summary>Makes the wanted table that a document describes, with the readers that single PUTs go through; all or nothing.</summary>
internal sealed class ConfigReader(ServiceReader services, BackendReader backendReader, TimeProvider time)
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

        var fields = new FieldReader(root, default, FieldPath.Root, problems);
        var found = fields.Raw("services");
        fields.RefuseUnknown();
        if (found is null)
        {
            fields.Refuse("services", null, "is required; {} stands for none");
        }

        var path = FieldPath.Root.Below("services");
        return [.. Members(found, path, problems)
            .TakeWhile(_ => problems.Count < MostProblems)
            .Select(entry => ReadService(entry.Name, entry.Value, path, hosts, options, transaction.Find(entry.Name), problems))
            .OfType<Service>()];
    }

    private Service? ReadService(
        string name, JsonElement body, FieldPath parent, ConfigHosts hosts, ConfigOptions options, Service? present, List<Problem> problems)
    {
        var path = parent.Below(name);
        var fields = new FieldReader(body, default, path, problems);
        var backends = fields.Raw("backends");
        if (services.Read(fields, hosts.Of(body), present?.Spec) is not { } spec)
        {
            return null;
        }

        var service = present is null ? Service.Create(name, spec) : present.Spec == spec ? present : present with { Spec = spec };
        var below = path.Below("backends");
        var read = Members(backends, below, problems)
            .TakeWhile(_ => problems.Count < MostProblems)
            .Select(backend => ReadBackend(backend.Name, backend.Value, below, hosts, options, service, problems))
            .ToList();
        var all = read;
        if (!options.Prune)
        {
            all = [.. read.UnionBy(service.Backends.Values, backend => backend.Name)];
            CheckFit(service, all.Skip(read.Count), problems);
        }

        CheckUnique(all, below, problems);
        return all.Count == service.Backends.Count && all.TrueForAll(backend => ReferenceEquals(backend, service.Backends.GetValueOrDefault(backend.Name)))
            ? service
            : service with { Backends = all.DistinctBy(backend => backend.Name).ToImmutableSortedDictionary(backend => backend.Name, backend => backend, StringComparer.Ordinal) };
    }

    private Backend ReadBackend(
        string name, JsonElement body, FieldPath parent, ConfigHosts hosts, ConfigOptions options, Service service, List<Problem> problems)
    {
        var present = service.Backends.GetValueOrDefault(name);
        var spec = backendReader.Read(new FieldReader(body, default, parent.Below(name), problems), hosts.Of(body), service, present?.Spec);
        if (present is null)
        {
            return Backend.Create(name, spec, time.GetUtcNow(), service.Spec);
        }

        spec = options.KeepWeights ? spec with { Weight = present.Spec.Weight } : spec;
        return spec == present.Spec ? present : present with { Spec = spec };
    }

    private static void CheckUnique(List<Backend> backends, FieldPath path, List<Problem> problems)
    {
        var places = new Dictionary<DestinationKey, string>();
        foreach (var backend in backends.Where(backend => !places.TryAdd(backend.Spec.Key, backend.Name)))
        {
            problems.Add(new Problem(path.Member(backend.Name), null, $"stands at {backend.Spec.Key}, where backend '{places[backend.Spec.Key]}' stands already"));
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
    private static IEnumerable<(string Name, JsonElement Value)> Members(JsonElement? map, FieldPath path, List<Problem> problems)
    {
        if (map is { ValueKind: not JsonValueKind.Object })
        {
            problems.Add(new Problem(path.ToString(), null, "must be a map with names as keys"));
        }

        foreach (var entry in map is { ValueKind: JsonValueKind.Object } found ? found.EnumerateObject() : default)
        {
            var name = entry.Name;
            if (ObjectName.Fault(name) is { } fault)
            {
                problems.Add(new Problem(path.Member(name), null, $"the name {fault}"));
            }
            else if (entry.Value.ValueKind != JsonValueKind.Object)
            {
                problems.Add(new Problem(path.Member(name), null, "must be a map"));
            }
            else
            {
                yield return (name, entry.Value);
            }
        }
    }
}
