using Gorb.Writer;

namespace Gorb.Leases;

/// <summary>Holds addresses while the daemon runs, from when the saved table is in the kernel: what the table does not want is given back.</summary>
/// <param name="leases">The addresses.</param>
/// <param name="guard">Saves young connections; what an earlier run left is undone first.</param>
/// <param name="writer">The table.</param>
internal sealed class LeaseService(AddressLeases leases, HandoverGuard guard, TableWriter writer) : BackgroundService
{
    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await writer.Started.WaitAsync(stoppingToken).ConfigureAwait(false);
            guard.Recover();
            await leases.RunAsync(stoppingToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            return; // the daemon is stopping
        }
    }
}
