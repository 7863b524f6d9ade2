using Gorb.Documents;
using Gorb.Model;
using Gorb.Writer;

namespace Gorb.Sources;

/// <summary>Makes a document the wanted table, all or nothing.</summary>
internal static class DocumentChange
{
    /// <summary>How often what has changed meanwhile is read again before it is posted; after that, the writer reads it.</summary>
    private const int MaxRounds = 3;

    /// <summary>Posts a document. The writer, whom everybody waits for, reads nothing: services that others, or checks, changed meanwhile are read again before the next try.</summary>
    /// <param name="reader">Reads what has changed meanwhile.</param>
    /// <param name="draft">The document.</param>
    /// <param name="balancer">The writer.</param>
    /// <param name="origin">Who declares it.</param>
    /// <param name="cancellationToken">Stops the reading; what is posted is done.</param>
    /// <exception cref="RequestException">The document was refused; nothing was changed.</exception>
    public static async Task ApplyAsync(ConfigReader reader, ParsedConfig draft, Balancer balancer, ChangeOrigin origin, CancellationToken cancellationToken)
    {
        var isStale = true;
        for (var round = 1; isStale; round++)
        {
            var posted = draft;
            var mustApply = round > MaxRounds; // checks may change a large table all the time, and the few services that they change are read quickly
            await balancer.ChangeAsync(origin, transaction =>
            {
                var stale = posted.FindStale(transaction.After);
                isStale = stale.Count > 0 && !mustApply;
                if (!isStale)
                {
                    Apply(reader.ReadAgain(posted, stale, transaction.After, CancellationToken.None), transaction);
                }
            });
            draft = isStale ? reader.ReadAgain(draft, draft.FindStale(balancer.Current), balancer.Current, cancellationToken) : draft;
        }
    }

    /// <summary>Makes a document that was read against a transaction's table that table.</summary>
    /// <exception cref="RequestException">Two services want one place.</exception>
    public static void Apply(ParsedConfig draft, Transaction transaction)
    {
        var problems = transaction.PutAll([.. draft.Services.Select(service => service.Wanted)], draft.FindRemoved(transaction.After));
        if (problems.Count > 0)
        {
            throw RequestException.Invalid(problems);
        }
    }
}
