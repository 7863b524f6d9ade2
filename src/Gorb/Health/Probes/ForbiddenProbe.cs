using Gorb.Model.Checks;

namespace Gorb.Health.Probes;

/// <summary>Stands for a type of check that is not allowed: it does nothing and says so, and the backend keeps its verdict.</summary>
internal sealed class ForbiddenProbe(string reason) : IAsyncProbe
{
    public bool NeedsAddress => false;

    public Task<string> RunAsync(ProbeTarget target, CancellationToken token) => throw new LocalFaultException(reason);
}
