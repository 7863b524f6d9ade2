using System.Net;
using Gorb.Documents;

namespace Gorb.Client;

/// <summary>A Gorb cannot be used: the server does not answer, or is not a Gorb. The message names URL and reason and may contain untrusted text.</summary>
internal class GorbException(string message, Exception? cause = null) : Exception(message, cause);

/// <summary>The certificate of a server at https is not trusted. The message names the reason and the remedy.</summary>
internal sealed class UntrustedGorbException(string message, Exception cause) : GorbException(message, cause);

/// <summary>A Gorb refuses a request and says why.</summary>
/// <param name="status">The status of the answer.</param>
/// <param name="view">The body of the answer.</param>
internal sealed class GorbRefusalException(HttpStatusCode status, ErrorView view) : GorbException(view.Error)
{
    /// <summary>True when the request itself is wrong; false when a retry may succeed.</summary>
    public bool IsFinal => (int)status < 500;

    /// <summary>True when the object, or the path, does not exist.</summary>
    public bool IsNotFound => status == HttpStatusCode.NotFound;

    /// <summary>True when the change was made, but other directors have not got it in time.</summary>
    public bool IsLate => status == HttpStatusCode.GatewayTimeout;

    /// <summary>True when the client's role or scope does not suffice.</summary>
    public bool IsForbidden => status == HttpStatusCode.Forbidden;

    /// <summary>The problems, one by one.</summary>
    public IReadOnlyList<ErrorDetail> Details => view.Details ?? [];
}
