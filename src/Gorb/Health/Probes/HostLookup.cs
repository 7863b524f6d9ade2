using Gorb.Model.Checks;
using Gorb.Names;

namespace Gorb.Health.Probes;

/// <summary>
/// Resolves the host to probe before the timeout of the probe starts: a slow name server is not the backend's fault. Refuses addresses to which checks may not go, also those that a name
/// has only now, or that were accepted by a daemon with other options.
/// </summary>
internal sealed class HostLookup(CheckNetworks networks)
{
    /// <summary>Returns the target with an address: its own, or the first one that its name currently resolves to.</summary>
    /// <exception cref="ProbeFailureException">The name does not exist.</exception>
    /// <exception cref="LocalFaultException">No name server answers, or checks may not go to the address.</exception>
    public async ValueTask<ProbeTarget> ResolveAsync(ProbeTarget target)
    {
        if (target.Address is not null)
        {
            return Admit(target);
        }

        using var limit = new CancellationTokenSource(target.Timeout);
        try
        {
            return Admit(target with { Address = (await HostResolver.Shared.FindAsync(target.Host, limit.Token).ConfigureAwait(false))[0] });
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

    /// <summary>Returns why a target with a known address may not be probed; null when it may.</summary>
    public string? Refusal(ProbeTarget target) => networks.Refusal(target);

    private ProbeTarget Admit(ProbeTarget target) => Refusal(target) is { } reason ? throw new LocalFaultException(reason) : target;
}
