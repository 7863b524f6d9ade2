using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Gorb.Health.Epoll;
using Gorb.Health.Probes;
using Gorb.Model.Checks;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gorb.Tests.Health.Probes;

[Collection(Alone.Name)]
public sealed class TcpProberTests : IDisposable
{
    private static readonly TimeSpan Short = TimeSpan.FromMilliseconds(200);

    private readonly TcpProber _prober = new(new HostLookup(CheckNetworks.Default), NullLogger<TcpProber>.Instance);

    public void Dispose() => _prober.Dispose();

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("::1")]
    public async Task Listening_IsConnected(string address)
    {
        using var listener = new Listener(address: IPAddress.Parse(address));

        var result = await Probe.RunAsync(_prober, Probe.Target(new TcpArgs(), listener.Port, address: address));

        (result.Passed, result.Reason).Should().Be((true, "connected"));
        result.Latency.Should().BePositive();
    }

    [Fact]
    public async Task Listening_IsLeftByAReset()
    {
        using var listener = new Listener();
        var accept = listener.Socket.AcceptAsync(TestContext.Current.CancellationToken);
        await Probe.RunAsync(_prober, Probe.Target(new TcpArgs(), listener.Port));
        using var accepted = await accept;

        var receive = async () => await accepted.ReceiveAsync(new byte[1], TestContext.Current.CancellationToken);

        (await receive.Should().ThrowAsync<SocketException>()).Which.SocketErrorCode.Should().Be(SocketError.ConnectionReset);
    }

    [Fact]
    public async Task NobodyListens_IsRefused()
    {
        var result = await Probe.RunAsync(_prober, Probe.Target(new TcpArgs(), Listener.FreePort()));

        (result.Passed, result.Reason, result.IsLocalFault).Should().Be((false, "connection refused", false));
    }

    [Fact]
    public async Task BlackHole_TimesOut()
    {
        using var hole = Listener.BlackHole();

        var result = await Probe.RunAsync(_prober, Probe.Target(new TcpArgs(), hole.Port, Short));

        (result.Passed, result.Reason).Should().Be((false, "timed out after 200ms"));
        result.Latency.Should().BeGreaterThanOrEqualTo(Short);
    }

    [Theory]
    [InlineData("localhost", true, "connected")]
    [InlineData("no-such-host.invalid", false, "no-such-host.invalid does not resolve")]
    public async Task Name_IsResolvedAtEveryProbe(string name, bool passes, string reason)
    {
        using var listener = new Listener(address: (await Dns.GetHostAddressesAsync("localhost", TestContext.Current.CancellationToken))[0]);

        var result = await Probe.RunAsync(_prober, Probe.Target(new TcpArgs(), listener.Port, host: name, address: null));

        result.Passed.Should().Be(passes);
        result.Reason.Should().StartWith(reason);
    }

    [Fact]
    public async Task HoledThousand_DelayNoOther_AndLeaveNoDescriptor()
    {
        using var hole = Listener.BlackHole();
        using var listener = new Listener();
        var before = Descriptors();
        var sink = new CountingSink(1000);
        for (var i = 0; i < 1000; i++)
        {
            _prober.Start(Probe.Target(new TcpArgs(), hole.Port, TimeSpan.FromSeconds(5)), sink, i);
        }

        (await Probe.RunAsync(_prober, Probe.Target(new TcpArgs(), listener.Port))).Reason.Should().Be("connected");
        sink.Results.Should().BeEmpty("the connection came about before the thousand were given up");

        await sink.Done.Task.WaitAsync(Probe.LongEnough, TestContext.Current.CancellationToken);
        sink.Results.Keys.Should().BeEquivalentTo(Enumerable.Range(0, 1000));
        sink.Results.Values.Select(result => result.Reason).Distinct().Should().Equal("timed out after 5s");
        Descriptors().Should().BeLessThan(before + 500, "the thousand sockets are closed");
    }

    [Fact]
    public async Task SinkThatThrows_HurtsNoOther()
    {
        using var listener = new Listener();
        _prober.Start(Probe.Target(new TcpArgs(), listener.Port), new ThrowingSink(), 1);

        (await Probe.RunAsync(_prober, Probe.Target(new TcpArgs(), listener.Port))).Passed.Should().BeTrue();
        (await Probe.RunAsync(_prober, Probe.Target(new TcpArgs(), listener.Port))).Passed.Should().BeTrue();
    }

    [Fact]
    public void Dispose_WithProbesUnderWay_Ends()
    {
        using var hole = Listener.BlackHole();
        using var prober = new TcpProber(new HostLookup(CheckNetworks.Default), NullLogger<TcpProber>.Instance);

        prober.Start(Probe.Target(new TcpArgs(), hole.Port), new CountingSink(1), 1);
    }

    private static int Descriptors() => Directory.GetFiles("/proc/self/fd").Length;

    private sealed class ThrowingSink : IProbeSink
    {
        public void Complete(int ticket, ProbeResult result) => throw new InvalidOperationException("a sink with a bug");
    }

    private sealed class CountingSink(int expected) : IProbeSink
    {
        public ConcurrentDictionary<int, ProbeResult> Results { get; } = [];

        public TaskCompletionSource Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public void Complete(int ticket, ProbeResult result)
        {
            Results.TryAdd(ticket, result).Should().BeTrue("a probe ends once");
            if (Results.Count == expected)
            {
                Done.SetResult();
            }
        }
    }
}
