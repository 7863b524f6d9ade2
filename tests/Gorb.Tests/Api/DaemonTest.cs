using Gorb.Tests.Shared;
using Gorb.Tests.State;

namespace Gorb.Tests.Api;

/// <summary>A test of the whole daemon: it begins with a running one and leaves nothing behind.</summary>
public abstract class DaemonTest : IAsyncLifetime
{
    /// <summary>For a state or other file of the daemon.</summary>
    private protected readonly TemporaryFile _file = new();

    /// <summary>The running daemon.</summary>
    private protected TestDaemon _daemon = new();

    public async ValueTask InitializeAsync()
    {
        _daemon = NewDaemon(_daemon.Kernel);
        await _daemon.InitializeAsync();
        await PrepareAsync();
    }

    public virtual async ValueTask DisposeAsync()
    {
        await _daemon.DisposeAsync();
        _file.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>The daemon, not started, on a kernel.</summary>
    private protected virtual TestDaemon NewDaemon(FakeKernel kernel) => new() { Kernel = kernel };

    /// <summary>What every test of the class begins with, besides the running daemon.</summary>
    private protected virtual Task PrepareAsync() => Task.CompletedTask;

    /// <summary>Ends the daemon, lets something happen, and starts another on the same kernel.</summary>
    private protected async Task RestartAsync(Action? meanwhile = null)
    {
        await _daemon.DisposeAsync();
        meanwhile?.Invoke();
        _daemon = NewDaemon(_daemon.Kernel);
        await _daemon.InitializeAsync();
    }
}
