namespace Gorb.KernelTests.Lab;

/// <summary>A test of the daemon. It starts with a running daemon and an empty kernel table, and leaves the table empty.</summary>
public abstract class KernelTest(SharedDaemon daemon) : IAsyncLifetime
{
    private GorbProcess? _gorb;

    private protected GorbProcess Gorb => _gorb ?? throw new InvalidOperationException("The daemon has not been started.");

    public async ValueTask InitializeAsync() => _gorb = await daemon.TakeAsync();

    public virtual async ValueTask DisposeAsync()
    {
        await daemon.ResetAsync();
        GC.SuppressFinalize(this);
    }
}
