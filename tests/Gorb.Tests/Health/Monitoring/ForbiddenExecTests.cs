using System.Net;
using Gorb.Health.Epoll;
using Gorb.Health.Monitoring;
using Gorb.Health.Paths;
using Gorb.Health.Probes;
using Gorb.Model.Checks;
using Gorb.Tests.Api;
using Gorb.Tests.State;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gorb.Tests.Health.Monitoring;

/// <summary>Checks that run programs stay configured after the permission to create them is withdrawn.</summary>
public sealed class ForbiddenExecTests : IDisposable
{
    private const string Exec = """{"type": "exec", "interval": "100ms", "timeout": "100ms", "args": {"program": "/usr/bin/touch", "arguments": ["MARK"]}}""";
    private readonly TemporaryFile _file = new();
    private readonly LogLines<PulseMonitor> _log = new();

    public void Dispose() => _file.Dispose();

    [Fact]
    public async Task SavedExecCheck_DoesNotRun_SaysSo_AndStandsInNobodysWay()
    {
        var mark = $"{_file.Path}.mark";
        var exec = Exec.Replace("MARK", mark, StringComparison.Ordinal);
        await using (var daemon = await StartAsync(allowExec: true))
        {
            await daemon.PutAsync("/service/web", """{"host": "10.9.0.100", "port": 80}""");
            await daemon.PutAsync("/service/web/b1", $$"""{"host": "10.9.0.21", "port": 80, "pulse": {{exec}} }""");
            SpinWait.SpinUntil(() => File.Exists(mark), TimeSpan.FromSeconds(20)).Should().BeTrue();
        }

        File.Delete(mark);
        var told = _log.NextAsync("exec checks are off");
        await using var again = await StartAsync(allowExec: false);

        await told.WaitAsync(Probes.Probe.LongEnough, TestContext.Current.CancellationToken);
        var check = (await again.GetAsync("/service/web/b1")).GetProperty("pulse").GetProperty("checks")[0];
        check.GetProperty("reason").GetString().Should().StartWith("not checked: exec checks are off: start the daemon with --allow-exec");
        File.Exists(mark).Should().BeFalse();
        again.ReadKernel().Single().Destinations.Single().Destination.Weight.Should().Be(100);
        await again.PatchAsync("/service/web/b1", """{"weight": 7}""");
        await again.PutAsync("/service/web/b1", $$"""{"host": "10.9.0.21", "port": 80, "weight": 8, "pulse": {{exec}} }""");
        (await again.SendAsync(HttpMethod.Put, "/service/web/b2", $$"""{"host": "10.9.0.22", "port": 80, "pulse": {{exec}} }""")).StatusCode.Should().Be(HttpStatusCode.BadRequest);
        (await again.SendAsync(HttpMethod.Patch, "/service/web/b1", $$"""{"pulse": {{exec.Replace("mark", "other", StringComparison.Ordinal)}} }""")).StatusCode.Should().Be(HttpStatusCode.BadRequest);
        again.ReadKernel().Single().Destinations.Single().Destination.Weight.Should().Be(8);
        await again.PatchAsync("/service/web/b1", """{"pulse": {"type": "none"}}""");
    }

    private async Task<TestDaemon> StartAsync(bool allowExec)
    {
        var daemon = new TestDaemon
        {
            State = _file.Path,
            AllowExec = allowExec,
            Configure = services => services.AddSingleton<ILoggerProvider>(_log).AddSingleton<IProber>(provider => new Probers(new TcpProber(new HostLookup(CheckNetworks.Default), NullLogger<TcpProber>.Instance), provider.GetRequiredService<PathProber>(), new CheckLimits(CheckNetworks.Default, allowExec ? static _ => null : null))),
        };
        await daemon.InitializeAsync();
        return daemon;
    }
}
