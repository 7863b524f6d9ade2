using Gorb.Health.Monitoring;
using Gorb.Health.Probes;
using Gorb.Model.Checks;
using Gorb.Tests.Api;
using Gorb.Tests.Shared;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Gorb.Tests.Health.Monitoring;

public sealed class PulseServiceTests : DaemonTest
{
    private readonly EndingProber _prober = new();

    private protected override TestDaemon NewDaemon(FakeKernel kernel) => new() { Kernel = kernel, Configure = services => services.AddSingleton<IProber>(_prober) };

    /// <summary>Continuations of a tick run on the checks' thread and may stop the daemon from there.</summary>
    [Fact]
    public async Task End_OnItsOwnThread_DoesNotWaitForIt()
    {
        var service = _daemon.Service<IEnumerable<IHostedService>>().OfType<PulseService>().Single();
        _prober.Started = () => service.StopAsync(TestContext.Current.CancellationToken);

        await _daemon.PutAsync("/service/web", """{"host": "10.9.0.100", "port": 80}""");
        await _daemon.PutAsync("/service/web/b1", """{"host": "10.9.0.21", "port": 80}""");

        await _prober.Ended.Task.WaitAsync(Probes.Probe.LongEnough, TestContext.Current.CancellationToken);
    }

    private sealed class EndingProber : IProber
    {
        public Func<Task> Started { get; set; } = static () => Task.CompletedTask;

        public TaskCompletionSource Ended { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public void Start(ProbeTarget target, IProbeSink sink, int ticket)
        {
            Started().GetAwaiter().GetResult();
            Ended.TrySetResult();
        }
    }
}
