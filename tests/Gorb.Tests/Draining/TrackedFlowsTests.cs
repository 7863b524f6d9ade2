using System.Net;
using Gorb.Draining;
using Gorb.Ipvs;
using Gorb.Ipvs.Conntrack;
using Gorb.Tests.Api;
using Gorb.Tests.Shared;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Gorb.Tests.Draining;

/// <summary>The conntrack entries of a backend when its drain ends.</summary>
public sealed class TrackedFlowsTests : DaemonTest
{
    private readonly ManualTime _time = new();
    private readonly LogLines<TrackedFlows> _log = new();

    private protected override TestDaemon NewDaemon(FakeKernel kernel) => new()
    {
        Kernel = kernel,
        Configure = services => services.AddSingleton<TimeProvider>(_time).AddSingleton<ILoggerProvider>(_log),
    };

    [Fact]
    public async Task UdpBackend_TakesItsEntriesAlong_OnceItIsGone()
    {
        await FillAsync("""{"host": "10.9.0.100", "port": 53, "protocol": "udp"}""");
        var other = Flow(2, "10.9.0.22");
        _daemon.Conntrack.Flows.AddRange([Flow(1, "10.9.0.21"), other]);

        await DrainAsync("/service/dns/b1");
        await _daemon.Service<Drainer>().CheckAsync();
        _daemon.Conntrack.Sent.Should().BeEmpty("it still has its time");

        var destinations = -1;
        _daemon.Conntrack.Refuse = _ =>
        {
            destinations = _daemon.ReadKernel().Single().Destinations.Count;
            return Errno.None;
        };
        await EndAsync();

        destinations.Should().Be(1, "the kernel would send the flow's next packet there again");
        _daemon.Conntrack.Flows.Should().Equal(other);
    }

    [Fact]
    public async Task Service_TakesTheEntriesOfAllItsBackendsAlong()
    {
        await FillAsync("""{"host": "10.9.0.100", "port": 53, "protocol": "udp"}""");
        _daemon.Conntrack.Flows.AddRange([Flow(1, "10.9.0.21"), Flow(2, "10.9.0.22")]);

        await DrainAsync("/service/dns");
        await EndAsync();

        _daemon.ReadKernel().Should().BeEmpty();
        _daemon.Conntrack.Flows.Should().BeEmpty();
    }

    [Fact]
    public async Task FirewallMark_TakesTheEntriesThatLeadToTheBackendAlong()
    {
        await FillAsync("""{"fwmark": 7}""");
        var other = Flow(2, "10.9.0.22");
        _daemon.Conntrack.Flows.AddRange([Flow(1, "10.9.0.21"), other]);

        await DrainAsync("/service/dns/b1");
        await EndAsync();

        _daemon.Conntrack.Flows.Should().Equal(other);
    }

    [Theory]
    [InlineData("tcp", "nat")]
    [InlineData("udp", "dr")]
    public async Task WhatEndsByItselfOrIsNotTranslated_IsNotLookedFor(string protocol, string method)
    {
        await FillAsync($$"""{"host": "10.9.0.100", "port": 53, "protocol": "{{protocol}}"}""", method);

        await DrainAsync("/service/dns/b1");
        await EndAsync();

        _daemon.ReadKernel().Single().Destinations.Should().ContainSingle();
        _daemon.Conntrack.Sent.Should().BeEmpty();
    }

    [Fact]
    public async Task Failures_AreSaidOnce_AndStopNothing()
    {
        await FillAsync("""{"host": "10.9.0.100", "port": 53, "protocol": "udp"}""");
        _daemon.Conntrack.Refuse = static message => message == ConntrackMessage.GetStats ? Errno.EPERM : Errno.None;

        await DrainAsync("/service/dns/b1");
        await EndAsync();
        await DrainAsync("/service/dns/b2");
        await EndAsync();

        _daemon.ReadKernel().Single().Destinations.Should().BeEmpty();
        _log.All.Where(line => line.Level >= LogLevel.Warning).Should().ContainSingle().Which.Text.Should().Contain("b1").And.Contain("CAP_NET_ADMIN").And.Contain("conntrack -D -p udp --reply-src 10.9.0.21");
    }

    private async Task FillAsync(string service, string method = "nat")
    {
        await _daemon.PutAsync("/service/dns", service);
        await _daemon.PutAsync("/service/dns/b1", $$"""{"host": "10.9.0.21", "port": 53, "method": "{{method}}"}""");
        await _daemon.PutAsync("/service/dns/b2", $$"""{"host": "10.9.0.22", "port": 53, "method": "{{method}}"}""");
    }

    private async Task DrainAsync(string path)
    {
        using var answer = await _daemon.SendAsync(HttpMethod.Delete, path + "?drain=5s", null);
        answer.StatusCode.Should().Be(HttpStatusCode.Accepted);
    }

    private Task EndAsync()
    {
        _time.AdvanceWithoutTimers(TimeSpan.FromSeconds(5));
        return _daemon.Service<Drainer>().CheckAsync();
    }

    private static FakeFlow Flow(uint id, string server) =>
        new(id, IPEndPoint.Parse("10.9.0.10:4660"), IPEndPoint.Parse("10.9.0.100:53"), new IPEndPoint(IPAddress.Parse(server), 53));
}
