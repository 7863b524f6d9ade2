using Gorb.Access;
using Gorb.Model;
using Gorb.Writer;

namespace Gorb.Api;

/// <summary>
/// A change of one object by the body of a request. It is read on the request's thread and made on the writer's. If the objects on which the reading depends
/// have changed in between, it is read and posted again: the writer itself reads no bodies.
/// </summary>
internal abstract class BodyChange
{
    /// <summary>Reads the request, posts the change and waits until the targets hold it.</summary>
    /// <param name="request">The request; a disconnect of its client ends the retries.</param>
    /// <param name="tableWriter">The writer.</param>
    /// <exception cref="RequestException">The change was refused and has no effect.</exception>
    public async Task PostAsync(HttpRequest request, TableWriter tableWriter)
    {
        var body = await JsonRequestBody.ReadAsync(request);
        bool isMade;
        do
        {
            request.HttpContext.RequestAborted.ThrowIfCancellationRequested();
            Read(body, tableWriter.Current);
            isMade = false;
            await tableWriter.ChangeAsync(request.Origin(), transaction => isMade = TryMake(transaction));
        }
        while (!isMade); // fails only if another change was committed, so of the requests that compete for an object one always succeeds
    }

    /// <summary>On the request's thread: reads the body against the current table and keeps the result. A missing object is reported by <see cref="TryMake"/>.</summary>
    /// <exception cref="RequestException">The body is invalid.</exception>
    protected abstract void Read(JsonRequestBody body, Table table);

    /// <summary>On the writer's thread, possibly twice: puts the result into the table.</summary>
    /// <returns>False if the objects on which the reading depended have changed.</returns>
    /// <exception cref="RequestException">The object is missing, or the change breaks a rule of the table.</exception>
    protected abstract bool TryMake(Transaction transaction);
}
