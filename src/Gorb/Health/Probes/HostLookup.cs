using Gorb.Model.Checks;
using Gorb.Names;

namespace Gorb.Health.Probes;

/// <summary>Resolves the host to probe before the timeout of the probe starts: a slow name server is not the backend's fault.</summary>
internal static class HostLookup
{
    /// <summary>Returns the target with an address: its own, or the first one that its name currently resolves to.</summary>
    /// <exception cref="ProbeFailureException">The name does not exist.</exception>
    /// <exception cref="LocalFaultException">No name server answers.</exception>
    public static async ValueTask<ProbeTarget> ResolveAsync(ProbeTarget target)
    {
        if (target.Address is not null)
        {
            return target;
        }

        using var limit = new CancellationTokenSource(target.Timeout);
        try
        {
            return target with { Address = (await HostResolver.Shared.FindAsync(target.Host, limit.Token).ConfigureAwait(false))[0] };
        }
        catch (OperationCanceledException)
        {
            throw new LocalFaultException($"{target.Host} does not resolve: {HostNotFoundException.NoAnswer().Message}");
        }
        catch (HostNotFoundException error)
        {
            var reason = $"{target.Host} does not resolve: {error.Message}";
            throw error.IsAnswered ? new ProbeFailureException(reason) : new LocalFaultException(reason);
        }
    }
}
