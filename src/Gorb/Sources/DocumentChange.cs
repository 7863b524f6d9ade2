using Gorb.Documents;
using Gorb.Model;
using Gorb.Model.Merging;
using Gorb.Writer;

namespace Gorb.Sources;

/// <summary>Makes a document the part of its source, all or nothing.</summary>
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
    /// <returns>What the source declares and does not have.</returns>
    /// <exception cref="RequestException">The document was refused; nothing was changed.</exception>
    public static async Task<IReadOnlyList<SourceConflict>> ApplyAsync(ConfigReader reader, ParsedConfig draft, Balancer balancer, ChangeOrigin origin, CancellationToken cancellationToken)
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
                    Apply(reader, reader.ReadAgain(posted, stale, transaction.After, CancellationToken.None), transaction);
                }
            });
            draft = isStale ? reader.ReadAgain(draft, draft.FindStale(balancer.Current), balancer.Current, cancellationToken) : draft;
        }

        return SourceConflicts.Of(balancer.Current, draft.Own.Source);
    }

    /// <summary>Makes a document that was read against a transaction's table the part of its source in it.</summary>
    /// <exception cref="RequestException">Two services want one place.</exception>
    public static void Apply(ConfigReader reader, ParsedConfig draft, Transaction transaction)
    {
        var problems = transaction.Declare(draft.Own, draft.Services, draft.FindWithdrawn(transaction.After), reader.Clock);
        if (problems.Count > 0)
        {
            throw RequestException.Invalid(problems);
        }
    }
}
