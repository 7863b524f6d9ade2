using System.Net;
using Gorb.Documents;

namespace Gorb.Client;

/// <summary>A Gorb cannot be used: it does not answer, or what answers is no Gorb. The message names its address and the reason; it may hold text of others.</summary>
internal class GorbException(string message, Exception? cause = null) : Exception(message, cause);

/// <summary>A Gorb refuses a request and says why.</summary>
/// <param name="status">The status of its answer.</param>
/// <param name="view">What it says.</param>
internal sealed class GorbRefusalException(HttpStatusCode status, ErrorView view) : GorbException(view.Error)
{
    /// <summary>True when the request is at fault; false when the Gorb cannot do it at present.</summary>
    public bool IsFinal => (int)status < 500;

    /// <summary>The problems, one by one.</summary>
    public IReadOnlyList<ErrorDetail> Details => view.Details ?? [];
}
