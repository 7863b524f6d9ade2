using System.Text.Json;
using Gorb.Api;
using Gorb.Balancing;

namespace Gorb.Config;

/// <summary>Makes the wanted table that a document describes, with the readers that single PUTs go through; all or nothing.</summary>
internal sealed class ConfigReader(ServiceReader services, BackendReader backends, TimeProvider time)
{
    /// <summary>Reads a document now, so that the writer, whom everybody waits for, need not. Only when the table has changed meanwhile does it read again.</summary>
    /// <param name="root">The document.</param>
    /// <param name="hosts">What its hosts stand for.</param>
    /// <param name="options">How it is applied.</param>
    /// <param name="table">The table as it is now.</param>
    /// <returns>The change to post; throws <see cref="RequestException"/> when something in the document is wrong.</returns>
    public Action<Transaction> Prepare(JsonElement root, ConfigHosts hosts, ConfigOptions options, Table table)
    {
        var draft = Read(root, hosts, options, table);
        return transaction => Apply(ReferenceEquals(transaction.After, draft.Table) ? draft : Read(root, hosts, options, transaction.After), options, transaction);
    }

    private static void Apply(ConfigDraft draft, ConfigOptions options, Transaction transaction)
    {
        var problems = draft.Problems.Count > 0 ? draft.Problems : transaction.PutAll(draft.Services, options.Prune ? Others(draft) : []);
        if (problems.Count > 0)
        {
            throw RequestException.Invalid(problems);
        }
    }

    /// <summary>Names of the services that the document does not have.</summary>
    private static IEnumerable<string> Others(ConfigDraft draft)
    {
        var names = draft.Services.Select(service => service.Name).ToHashSet();
        return draft.Table.Services.Keys.Where(name => !names.Contains(name));
    }

    private ConfigDraft Read(JsonElement root, ConfigHosts hosts, ConfigOptions options, Table table)
    {
        var problems = new List<Problem>();
        var entries = NamedObjects.Read(Services(root, problems), FieldPath.Root.Below("services"), problems);
        var now = time.GetUtcNow();
        var passes = Split.Do(entries.Count, (from, to) => new ConfigPass(services, backends, hosts, options, table, now).Read(entries[from..to]));
        problems.AddRange(passes.SelectMany(pass => pass.Problems));
        if (passes.Any(pass => pass.HasStopped))
        {
            problems.Add(new Problem(null, null, "with so many mistakes the document was not read to its end: there may be more; correct these first"));
        }

        return new ConfigDraft(table, [.. passes.SelectMany(pass => pass.Services)], problems);
    }

    private static JsonElement? Services(JsonElement root, List<Problem> problems)
    {
        if (root.ValueKind != JsonValueKind.Object)
        {
            problems.Add(new Problem(null, null, "the document must be a map with the member services"));
            return null;
        }

        UniqueMembers.Check(root, FieldPath.Root, problems);
        var fields = new FieldReader(root, default, FieldPath.Root, problems);
        var found = fields.Raw("services");
        fields.RefuseUnknown();
        if (found is null)
        {
            fields.Refuse("services", null, "is required; {} stands for none");
        }
        else if (found.Value.ValueKind == JsonValueKind.Object)
        {
            UniqueMembers.Check(found.Value, FieldPath.Root.Below("services"), problems); // what is in each of them is looked at where it is read
        }

        return found;
    }
}
