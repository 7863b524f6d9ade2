using Gorb.Access;
using Gorb.Model;
using Gorb.Writer;
using Microsoft.Net.Http.Headers;

namespace Gorb.Api;

/// <summary>The version of its object on which a request depends: If-Match (RFC 9110, 13.1.1).</summary>
internal sealed class Precondition
{
    public const string Header = "If-Match";

    public const string Description = "The ETag that a GET showed: the request is refused (412) if the object has changed since. *: only if the object exists.";

    private readonly string? _given;
    private readonly IReadOnlyList<string> _tags;
    private string? _present;

    private Precondition(string? given, IReadOnlyList<string> tags) => (_given, _tags) = (given, tags);

    /// <summary>Reads the header.</summary>
    /// <param name="header">Its value; null when there is none.</param>
    /// <param name="response">The answer, which shows the present version to a request that depends on one.</param>
    /// <exception cref="RequestException">The value is not a list of tags.</exception>
    public static Precondition Read(string? header, HttpResponse response)
    {
        if (header is null)
        {
            return new Precondition(null, []);
        }

        if (!EntityTagHeaderValue.TryParseStrictList([header], out var tags) || tags.Count == 0)
        {
            throw RequestException.Invalid(new Problem(Header, ProblemList.Shorten(header), "must be the ETag of an answer, in double quotes, or *"));
        }

        var condition = new Precondition(header, [.. tags.Select(static tag => tag.IsWeak ? "" : tag.Tag.ToString())]); // a weak tag never matches (RFC 9110, 8.8.3.2)
        response.OnStarting(condition.ShowAsync, response); // a header that is set before would be removed from an error's answer
        return condition;
    }

    /// <summary>Holds the version of an object against the request, on the request's thread: the writer computes no tags.</summary>
    /// <param name="subject">The object.</param>
    /// <param name="seen">The table with its present version.</param>
    /// <param name="creates">Whether the request makes an object that does not exist; another one fails by itself.</param>
    /// <returns>For the writer: whether the object in its table is the one that was seen here. If not, this must be called again.</returns>
    /// <exception cref="RequestException">It is another version than the request depends on.</exception>
    public Func<Table, bool> Check(TaggedObject subject, Table seen, bool creates)
    {
        if (_given is null)
        {
            return static _ => true;
        }

        var present = subject.TagIn(seen);
        if (present is null ? creates : !(_tags.Contains(present) || _tags.Contains("*")))
        {
            _present = present;
            throw RequestException.Outdated(Header, ProblemList.Shorten(_given), subject.What, subject.Path, present);
        }

        return table => ReferenceEquals(seen, table) || subject.IsSame(seen, table);
    }

    /// <summary>Posts a change that is made only to the version on which the request depends.</summary>
    /// <param name="subject">The object.</param>
    /// <param name="request">The request; a disconnect of its client ends the retries.</param>
    /// <param name="tableWriter">The writer.</param>
    /// <param name="edit">The change.</param>
    /// <exception cref="RequestException">The change was refused and has no effect.</exception>
    public async Task ChangeAsync(TaggedObject subject, HttpRequest request, ITableWriter tableWriter, Action<Transaction> edit)
    {
        bool isMade;
        do
        {
            request.HttpContext.RequestAborted.ThrowIfCancellationRequested();
            var isSame = Check(subject, tableWriter.Current, creates: false);
            isMade = false;
            await tableWriter.ChangeAsync(request.Origin(), transaction =>
            {
                isMade = isSame(transaction.Before);
                if (isMade)
                {
                    edit(transaction);
                }
            });
        }
        while (!isMade); // the object changed meanwhile
    }

    /// <summary>Takes the version that the request has made, so that the client's next request can depend on it.</summary>
    public void Note(TaggedObject subject, Table after) => _present = _given is null ? null : subject.TagIn(after);

    private Task ShowAsync(object response)
    {
        if (_present is not null)
        {
            ((HttpResponse)response).Headers.ETag = _present;
        }

        return Task.CompletedTask;
    }
}
