using Gorb.Access;
using Gorb.Model;
using Gorb.Writer;

namespace Gorb.Api;

/// <summary>
/// A change of one object by the body of a request. It is read on the request's thread and made on the writer's. If the objects on which the reading depends
/// have changed in between, it is read and posted again: the writer itself reads no bodies.
/// </summary>
/// <param name="subject">The object.</param>
/// <param name="creates">Whether the change makes an object that does not exist.</param>
internal abstract class BodyChange(TaggedObject subject, bool creates)
{
    /// <summary>Reads the request, posts the change and waits until the targets hold it.</summary>
    /// <param name="request">The request; a disconnect of its client ends the retries.</param>
    /// <param name="tableWriter">The writer.</param>
    /// <param name="condition">The version of the object on which the request depends.</param>
    /// <exception cref="RequestException">The change was refused and has no effect.</exception>
    public async Task PostAsync(HttpRequest request, ITableWriter tableWriter, Precondition condition)
    {
        var body = await JsonRequestBody.ReadAsync(request);
        Table? after = null;
        do
        {
            request.HttpContext.RequestAborted.ThrowIfCancellationRequested();
            var seen = tableWriter.Current;
            Read(body, seen);
            var isSame = condition.Check(subject, seen, creates);
            after = null;
            await tableWriter.ChangeAsync(request.Origin(), transaction => after = isSame(transaction.Before) && TryMake(transaction) ? transaction.After : null);
        }
        while (after is null); // fails only if another change was committed, so of the requests that compete for an object one always succeeds
        condition.Note(subject, after);
    }

    /// <summary>On the request's thread: reads the body against the current table and keeps the result. A missing object is reported by <see cref="TryMake"/>.</summary>
    /// <exception cref="RequestException">The body is invalid.</exception>
    protected abstract void Read(JsonRequestBody body, Table table);

    /// <summary>On the writer's thread, possibly twice: puts the result into the table.</summary>
    /// <returns>False if the objects on which the reading depended have changed.</returns>
    /// <exception cref="RequestException">The object is missing, or the change breaks a rule of the table.</exception>
    protected abstract bool TryMake(Transaction transaction);
}
