using System.Runtime.InteropServices;

namespace Gorb;

/// <summary>Handles SIGHUP: compares the kernel and reads the files again at once. Without a handler the signal would end the process.</summary>
internal sealed class ReloadSignal : IHostedService, IDisposable
{
    private readonly PosixSignalRegistration _registration;

    /// <summary>Registers the handler here, not in <see cref="StartAsync"/>, which runs later: a signal during the start must not end the process.</summary>
    public ReloadSignal(Action reload) => _registration = PosixSignalRegistration.Create(PosixSignal.SIGHUP, context =>
    {
        context.Cancel = true;
        reload();
    });

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose() => _registration.Dispose();
}
