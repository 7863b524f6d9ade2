using Gorb.Documents;
using Gorb.Model;

namespace Gorb.Api;

/// <summary>
/// Bounds the memory of documents that are still arriving. A document takes from it only what has arrived, so those who send nothing keep nobody out.
/// </summary>
internal sealed class UploadBudget
{
    private long _free = 2 * ConfigDocument.MaxBytes; // two of the largest

    /// <summary>Begins a document.</summary>
    public Share Begin() => new(this);

    /// <summary>What one document holds of the budget, until it is disposed.</summary>
    internal sealed class Share(UploadBudget budget) : IDisposable
    {
        private long _taken;

        /// <exception cref="RequestException">Others hold too much of it.</exception>
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
