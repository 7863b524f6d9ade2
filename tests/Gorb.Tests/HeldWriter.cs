using Gorb.Tests.Api;
using Gorb.Writer;

namespace Gorb.Tests;

/// <summary>Holds a daemon's writer inside a batch: changes posted meanwhile wait and form the next batch.</summary>
internal sealed class HeldWriter : IDisposable
{
    private readonly ManualResetEventSlim _holds = new();
    private readonly ManualResetEventSlim _goesOn = new();
    private readonly Task _held;

    public HeldWriter(TestDaemon daemon)
    {
        _held = daemon.Service<TableWriter>().ChangeAsync(_ =>
        {
            _holds.Set();
            _goesOn.Wait();
        });
        _holds.Wait(TestContext.Current.CancellationToken);
    }

    /// <summary>Releases the writer.</summary>
    public void Dispose()
    {
        _goesOn.Set();
        _held.GetAwaiter().GetResult();
        _holds.Dispose();
        _goesOn.Dispose();
    }
}
