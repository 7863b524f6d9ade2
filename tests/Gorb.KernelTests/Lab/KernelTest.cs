namespace Gorb.KernelTests.Lab;

/// <summary>A test of the daemon: begins with an empty kernel table and a running daemon, and leaves nothing behind.</summary>
public abstract class KernelTest : IAsyncLifetime
{
    private GorbProcess? _gorb;

    private protected GorbProcess Gorb => _gorb ?? throw new InvalidOperationException("The daemon has not been started.");

    public async ValueTask InitializeAsync()
    {
        Shell.Run("ipvsadm", "-C");
        _gorb = await GorbProcess.StartAsync("-i", "br0");
    }

    public async ValueTask DisposeAsync()
    {
        if (_gorb is not null)
        {
            await _gorb.DisposeAsync();
        }

        Shell.Run("ipvsadm", "-C");
        GC.SuppressFinalize(this);
    }
}
