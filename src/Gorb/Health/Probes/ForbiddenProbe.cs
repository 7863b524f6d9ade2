using Gorb.Model.Checks;

namespace Gorb.Health.Probes;

/// <summary>Replaces a check type that is not allowed: reports a local fault, so the backend keeps its verdict.</summary>
internal sealed class ForbiddenProbe(string reason) : IAsyncProbe
{
    public bool NeedsAddress => false;

    public Task<string> RunAsync(ProbeTarget target, CancellationToken token) => throw new LocalFaultException(reason);
}
