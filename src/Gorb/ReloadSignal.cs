using System.Runtime.InteropServices;

namespace Gorb;

/// <summary>SIGHUP: everything is compared and read again at once. Without a handler the signal would end the program.</summary>
internal sealed class ReloadSignal : IHostedService, IDisposable
{
    private readonly PosixSignalRegistration _registration;

    /// <summary>Registered here and not in <see cref="StartAsync"/>, which waits for nothing either but comes later: a signal during the start must not end it.</summary>
    public ReloadSignal(Action reload) => _registration = PosixSignalRegistration.Create(PosixSignal.SIGHUP, context =>
    {
        context.Cancel = true;
        reload();
    });

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose() => _registration.Dispose();
}
