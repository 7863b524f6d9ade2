using System.Buffers.Binary;
using System.Net;
using Gorb.Draining;
using Gorb.Ipvs;
using Gorb.Ipvs.Wire;
using Gorb.Tests.Api;
using Gorb.Tests.Shared;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Gorb.Tests.Draining;

/// <summary>A drain that the kernel refuses to end delays no other drain.</summary>
public sealed class RefusedDrainTests : DaemonTest
{
    private readonly ManualTime _time = new();
    private readonly LogLines<Drainer> _log = new();
    private bool _isConntrackBroken;

    private protected override TestDaemon NewDaemon(FakeKernel kernel) => new()
    {
        Kernel = kernel,
        Configure = services => services.AddSingleton<TimeProvider>(_time).AddSingleton<ILoggerProvider>(_log).AddSingleton(new ConntrackFactory(
            () => _isConntrackBroken ? throw new InvalidOperationException("broken on purpose") : new FakeConntrack().Connect())),
    };

    [Fact]
    public async Task ServiceThatIsRefused_HoldsUpNoOther_AndIsTriedAgain()
    {
        await DrainAsync("a", port: 81);
        await DrainAsync("b", port: 82);
        _daemon.Kernel.Refuse = static request =>
            request.IsMutation && request.Nest(CommandAttribute.Service) is { } service && BinaryPrimitives.ReadUInt16BigEndian(service[(ushort)ServiceAttribute.Port]) == 81
                ? Errno.ENOMEM : Errno.None;

        await CheckAsync();
        await CheckAsync();
        Drained().Should().Equal(82);
        _log.All.Should().ContainSingle(line => line.Level == LogLevel.Error && line.Text.Contains("of a cannot be removed", StringComparison.Ordinal)
            && line.Text.Contains("memory", StringComparison.Ordinal));

        _daemon.Kernel.Refuse = static _ => Errno.None;
        await CheckAsync();
        Drained().Should().BeEquivalentTo([81, 82]);
    }

    [Fact]
    public async Task ServiceThatIsMadeAgain_IsToldOfAgain()
    {
        await DrainAsync("a", port: 81);
        _daemon.Kernel.Refuse = static request => request.IpvsCommand == IpvsCommand.DeleteDestination ? Errno.ENOMEM : Errno.None;
        await CheckAsync();
        await _daemon.DeleteAsync("/service/a");
        await CheckAsync();

        await DrainAsync("a", port: 81);
        await CheckAsync();

        _log.All.Count(static line => line.Text.Contains("of a cannot be removed", StringComparison.Ordinal)).Should().Be(2);
    }

    [Fact]
    public async Task WhatNobodyExpected_HoldsUpNoOther_AndIsLogged()
    {
        await DrainAsync("a", port: 81, "udp");
        await DrainAsync("b", port: 82);
        _isConntrackBroken = true;

        await CheckAsync();

        Drained().Should().BeEquivalentTo([81, 82]);
        _log.All.Should().Contain(line => line.Level == LogLevel.Error && line.Error is InvalidOperationException);
    }

    private async Task DrainAsync(string name, int port, string protocol = "tcp")
    {
        await _daemon.PutAsync($"/service/{name}", $$"""{"host": "10.9.0.100", "port": {{port}}, "protocol": "{{protocol}}"}""");
        await _daemon.PutAsync($"/service/{name}/x", """{"host": "10.9.0.21", "port": 80}""");
        using var answer = await _daemon.SendAsync(HttpMethod.Delete, $"/service/{name}/x?drain=5s", null);
        answer.StatusCode.Should().Be(HttpStatusCode.Accepted);
    }

    private Task CheckAsync()
    {
        _time.AdvanceWithoutTimers(TimeSpan.FromSeconds(5));
        return _daemon.Service<Drainer>().CheckAsync();
    }

    /// <summary>The ports of the services without backends.</summary>
    private IEnumerable<int> Drained() =>
        _daemon.ReadKernel().Where(entry => entry.Destinations.Count == 0).Select(entry => (int)entry.Service.Service.Key.Port);
}
