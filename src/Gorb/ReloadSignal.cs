using System.Runtime.InteropServices;
using Gorb.Balancing;
using Gorb.Config;

namespace Gorb;

/// <summary>SIGHUP: the kernel is compared at once, and the file of <c>--config</c> is read again. Without a handler the signal would end the daemon.</summary>
internal sealed class ReloadSignal : IHostedService, IDisposable
{
    private readonly PosixSignalRegistration _registration;

    /// <summary>Registered here and not in <see cref="StartAsync"/>, which waits for nothing either but comes later: a signal during the start must not end it.</summary>
    public ReloadSignal(Balancer balancer, ConfigFile config) => _registration = PosixSignalRegistration.Create(PosixSignal.SIGHUP, context =>
    {
        context.Cancel = true;
        config.AskForRead();
        balancer.AskForResync();
    });

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose() => _registration.Dispose();
}
