using Gorb.Tests.Shared;
using Gorb.Tests.State;

namespace Gorb.Tests.Api;

/// <summary>A test of the whole daemon, which runs when the test starts and is removed with its files afterwards.</summary>
public abstract class DaemonTest : IAsyncLifetime
{
    /// <summary>A path for the state file or another file of the daemon.</summary>
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

    /// <summary>Creates a daemon on a kernel without starting it.</summary>
    private protected virtual TestDaemon NewDaemon(FakeKernel kernel) => new() { Kernel = kernel };

    /// <summary>Prepares what every test of the class needs besides the running daemon.</summary>
    private protected virtual Task PrepareAsync() => Task.CompletedTask;

    /// <summary>Stops the daemon, runs an action, and starts another daemon on the same kernel.</summary>
    private protected async Task RestartAsync(Action? meanwhile = null)
    {
        await _daemon.DisposeAsync();
        meanwhile?.Invoke();
        _daemon = NewDaemon(_daemon.Kernel);
        await _daemon.InitializeAsync();
    }
}
