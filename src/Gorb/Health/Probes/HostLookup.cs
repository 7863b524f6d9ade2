using Gorb.Model.Checks;
using Gorb.Names;

namespace Gorb.Health.Probes;

/// <summary>Finds the address to probe, before the probe's own time begins: a slow name server is not the backend's fault.</summary>
internal static class HostLookup
{
    /// <summary>The target with its address: the one that it has, or the first that its name resolves to now.</summary>
    /// <exception cref="ProbeFailureException">The name does not exist.</exception>
    /// <exception cref="LocalFaultException">No name server says whether it does.</exception>
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
