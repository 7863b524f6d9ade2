using Gorb.Documents;
using Gorb.Model;
using Gorb.Model.Merging;
using Gorb.Writer;

namespace Gorb.Sources;

/// <summary>Applies a document as the whole declaration of its source, all or nothing.</summary>
internal static class DocumentChange
{
    /// <summary>The number of attempts with services re-read outside the writer. After that, the writer re-reads the stale services itself.</summary>
    private const int MaxRounds = 3;

    /// <summary>Posts a document to the writer. Stale services are re-read outside the writer before the next attempt, because the writer serves all changes.</summary>
    /// <param name="reader">Re-reads stale services.</param>
    /// <param name="draft">The parsed document.</param>
    /// <param name="tableWriter">The writer.</param>
    /// <param name="origin">The origin of the change.</param>
    /// <param name="condition">Throws if the document depends on another version than a table has. Its result tells the writer whether another table has the same version.</param>
    /// <param name="cancellationToken">Cancels the reading; a posted change is carried out.</param>
    /// <returns>The declared objects that other sources own.</returns>
    /// <exception cref="RequestException">The document was refused; nothing was changed.</exception>
    public static async Task<IReadOnlyList<SourceConflict>> ApplyAsync(ConfigReader reader, ParsedConfig draft, ITableWriter tableWriter, ChangeOrigin origin, Func<Table, Func<Table, bool>> condition, CancellationToken cancellationToken)
    {
        var isStale = true;
        for (var round = 1; isStale; round++)
        {
            var posted = draft;
            cancellationToken.ThrowIfCancellationRequested();
            var isSame = condition(tableWriter.Current);
            var mustApply = round > MaxRounds; // checks may change a large table all the time; the few services that they change are read quickly
            await tableWriter.ChangeAsync(origin, transaction =>
            {
                var stale = posted.FindStale(transaction.After);
                isStale = !isSame(transaction.Before) || (stale.Count > 0 && !mustApply);
                if (!isStale)
                {
                    Apply(reader, reader.ReadAgain(posted, stale, transaction.After, CancellationToken.None), transaction);
                }
            });
            draft = isStale ? reader.ReadAgain(draft, draft.FindStale(tableWriter.Current), tableWriter.Current, cancellationToken) : draft;
        }

        var visible = origin.Authority is { } client ? tableWriter.Current.Within(client.Scope) : tableWriter.Current;
        return SourceConflicts.Of(visible, draft.Own.Source);
    }

    /// <summary>Applies a document to a transaction, against whose table it was read.</summary>
    /// <exception cref="RequestException">Two services have the same address.</exception>
    public static void Apply(ConfigReader reader, ParsedConfig draft, Transaction transaction)
    {
        var problems = transaction.Declare(draft.Own, draft.Services, draft.FindWithdrawn(transaction.After), reader.Clock);
        if (problems.Count > 0)
        {
            throw RequestException.Invalid(problems);
        }
    }
}
