using System.Text.Json;
using Gorb.Model;
using Gorb.Model.Merging;
using Gorb.Start;

namespace Gorb.Documents;

/// <summary>Reads a document into a change of the wanted table, all or nothing, with the same readers as single PUT requests.</summary>
internal sealed class ConfigReader(ServiceReader services, BackendReader backends, SteadyClock clock)
{
    /// <summary>The clock for drains and grace periods that documents start.</summary>
    public SteadyClock Clock => clock;

    /// <summary>Reads a document against a table.</summary>
    /// <param name="root">The root of the document.</param>
    /// <param name="hosts">The resolved hosts of the document.</param>
    /// <param name="options">The options for applying the document.</param>
    /// <param name="table">The table.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <exception cref="RequestException">The document is invalid.</exception>
    public ParsedConfig Read(JsonElement root, ConfigHosts hosts, ConfigOptions options, Table table, CancellationToken cancellationToken)
    {
        var problems = new ProblemList();
        var (services, refused) = Members(root, problems);
        var entries = NamedObjects.Read(services, FieldPath.Root.Below("services"), problems);
        var own = new Ownership(options.Source, table.Declarations.Sources.GetValueOrDefault(options.Source)?.Inherited);
        return new ParsedConfig(entries, hosts, options, own, Read(entries, problems, hosts, options, own, table, cancellationToken)) { Refused = refused };
    }

    /// <summary>Reads services of a document again, against a table in which they have changed.</summary>
    /// <param name="draft">The parsed document.</param>
    /// <param name="stale">The indices of the services to read; if empty, the document is returned unchanged.</param>
    /// <param name="table">The table.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <exception cref="RequestException">A service is invalid against the changed table.</exception>
    public ParsedConfig ReadAgain(ParsedConfig draft, List<int> stale, Table table, CancellationToken cancellationToken)
    {
        if (stale.Count == 0)
        {
            return draft;
        }

        var read = Read(stale.ConvertAll(place => draft.Entries[place]), [], draft.Hosts, draft.Options, draft.Own, table, cancellationToken);
        var services = draft.Services.ToArray();
        foreach (var (index, place) in stale.Index())
        {
            services[place] = read[index];
        }

        return draft with { Services = services };
    }

    private IReadOnlyList<DraftService> Read(
        List<(string Name, JsonElement Body)> entries, ProblemList problems, ConfigHosts hosts, ConfigOptions options, Ownership own, Table table,
        CancellationToken cancellationToken)
    {
        var passes = ParallelRanges.Run(
            entries.Count, (from, to) => new ConfigParser(services, backends, hosts, options, own, table, clock).Read(entries[from..to], cancellationToken));
        cancellationToken.ThrowIfCancellationRequested();
        problems.AddRange(passes.SelectMany(pass => pass.Problems));
        return problems.Count == 0 ? [.. passes.SelectMany(pass => pass.Services)] : throw RequestException.Invalid(problems);
    }

    private static (JsonElement? Services, IReadOnlyList<string> Refused) Members(JsonElement root, ProblemList problems)
    {
        if (root.ValueKind != JsonValueKind.Object)
        {
            problems.Add(new Problem(null, null, "the document must be a map with the member services"));
            return (null, []);
        }

        DuplicateMembers.Check(root, FieldPath.Root, problems);
        var fields = new FieldReader(root, default, FieldPath.Root, problems);
        var found = fields.Raw("services");
        var refused = RefusedReader.Read(fields);
        fields.RefuseUnknown();
        if (found is null)
        {
            fields.Refuse("services", null, "is required; {} stands for none");
        }
        else if (found.Value.ValueKind == JsonValueKind.Object)
        {
            DuplicateMembers.Check(found.Value, FieldPath.Root.Below("services"), problems); // the members of each service are checked when it is read
        }

        return (found, refused);
    }
}
