using Gorb.Tests.Api;
using Gorb.Writer;

namespace Gorb.Tests;

/// <summary>A daemon's writer, held in the middle of a batch: what is posted meanwhile waits, and is taken together when it goes on.</summary>
internal sealed class HeldWriter : IDisposable
{
    private readonly ManualResetEventSlim _holds = new();
    private readonly ManualResetEventSlim _goesOn = new();
    private readonly Task _held;

    public HeldWriter(TestDaemon daemon)
    {
        _held = daemon.Service<Balancer>().ChangeAsync(_ =>
        {
            _holds.Set();
            _goesOn.Wait();
        });
        _holds.Wait(TestContext.Current.CancellationToken);
    }

    /// <summary>Lets it go on.</summary>
    public void Dispose()
    {
        _goesOn.Set();
        _held.GetAwaiter().GetResult();
        _holds.Dispose();
        _goesOn.Dispose();
    }
}
