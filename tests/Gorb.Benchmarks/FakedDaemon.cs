using System.Net;
using Gorb.Cli;
using Gorb.Ipvs;
using Gorb.Logging;
using Gorb.Targets.Host;
using Gorb.Targets.Ipvs;
using Gorb.Tests.Shared;
using Microsoft.Extensions.DependencyInjection;
using Serilog;

namespace Gorb.Benchmarks;

/// <summary>
/// The whole daemon but for the kernel, which is faked at the netlink datagram: what it does beside the kernel can be measured on a machine that
/// is not emulated and has no IPVS.
/// </summary>
internal static class FakedDaemon
{
    /// <param name="state">The state file; "none" for none.</param>
    /// <param name="audit">The audit file; null for none.</param>
    public static async Task<int> RunAsync(string state, string? audit)
    {
        var kernel = new FakeKernel();
        var options = new DaemonOptions { Listen = [new IPEndPoint(IPAddress.Loopback, ListenAddress.DefaultPort)], Device = "lo", State = state, Audit = audit };
        await using var app = GorbHost.Build(
            options, builder =>
            {
                builder.Services.AddSingleton(new IpvsClientFactory(() => IpvsClient.Create(kernel.Open))).AddSingleton(new SysctlFiles("/nonexistent"));
                builder.Services.AddSerilog(static (services, log) => DaemonLog.Configure(log, verbose: false, json: false, services.GetRequiredService<LogLoss>()));
            });
        await app.RunAsync();
        return 0;
    }
}
