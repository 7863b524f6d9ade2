using Gorb.Documents;
using Gorb.Model;

namespace Gorb.Api;

/// <summary>
/// Limits the memory of documents that are still being uploaded. A document takes only as much of the budget as has arrived, so idle uploads block no other upload.
/// </summary>
internal sealed class UploadBudget
{
    private long _free = 2 * ConfigDocument.MaxBytes; // two documents of the maximum size

    /// <summary>Starts the upload of a document.</summary>
    public Share Begin() => new(this);

    /// <summary>The share of the budget that one document holds until the share is disposed.</summary>
    internal sealed class Share(UploadBudget budget) : IDisposable
    {
        private long _taken;

        /// <exception cref="RequestException">The budget is exhausted.</exception>
        public void Take(int bytes)
        {
            _taken += bytes;
            if (Interlocked.Add(ref budget._free, -bytes) < 0)
            {
                throw RequestException.Busy("other large documents are arriving at this moment; send it again in some seconds");
            }
        }

        public void Dispose() => Interlocked.Add(ref budget._free, Interlocked.Exchange(ref _taken, 0));
    }
}
