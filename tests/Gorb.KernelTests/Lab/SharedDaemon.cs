namespace Gorb.KernelTests.Lab;

/// <summary>One daemon for all tests that do not need their own: in a lab kernel a start takes seconds.</summary>
public sealed class SharedDaemon : IAsyncDisposable
{
    private GorbProcess? _gorb;

    /// <summary>The running daemon, with an empty table.</summary>
    internal async Task<GorbProcess> ResetAsync()
    {
        if (_gorb is { HasExited: false })
        {
            await _gorb.PutAsync("/config", """{"services": {}}""");
            _gorb.ClearLog();
            return _gorb;
        }

        await DisposeAsync();
        return _gorb = await GorbProcess.StartAsync("-i", "br0");
    }

    public async ValueTask DisposeAsync()
    {
        if (_gorb is not null)
        {
            await _gorb.DisposeAsync();
        }
    }
}
