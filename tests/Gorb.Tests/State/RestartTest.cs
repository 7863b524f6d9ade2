using System.Net;
using Gorb.Ipvs;
using Gorb.Targets.Ipvs;
using Gorb.Tests.Api;
using Gorb.Tests.Shared;
using Microsoft.Extensions.DependencyInjection;

namespace Gorb.Tests.State;

/// <summary>A test of daemons that start one after the other with the same state file and the same kernel.</summary>
public abstract class RestartTest : IDisposable
{
    private protected readonly TemporaryFile _file = new();
    private protected readonly FakeKernel _kernel = new();

    public void Dispose()
    {
        _file.Dispose();
        GC.SuppressFinalize(this);
    }

    private protected async Task<TestDaemon> StartAsync(Func<IReadOnlyList<ServiceSummary>>? snapshot = null, bool flush = false, string sysctls = "/nonexistent")
    {
        var daemon = new TestDaemon
        {
            Kernel = _kernel,
            State = _file.Path,
            Flush = flush,
            Sysctls = sysctls,
            Configure = services => services.AddSingleton<TimeProvider>(new ManualTime(DateTimeOffset.UtcNow)) // timers of the daemon never fire
                .AddSingleton(new IpvsClientFactory(() => IpvsClient.Create(_kernel.Open), snapshot)),
        };
        await daemon.InitializeAsync();
        return daemon;
    }

    private protected IReadOnlyList<TableEntry> ReadKernel()
    {
        using var client = IpvsClient.Create(_kernel.Open);
        return client.GetTable();
    }

    private protected static ServiceKey Key(string address, ushort port) => ServiceKey.ForAddress(TransportProtocol.Tcp, IPAddress.Parse(address), port);
}
