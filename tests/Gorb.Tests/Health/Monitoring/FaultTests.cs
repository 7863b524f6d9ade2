using System.Net.Sockets;
using Gorb.Health.Monitoring;
using Gorb.Health.Probes;
using Gorb.Model.Checks;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Gorb.Tests.Health.Monitoring;

/// <summary>Faults of this machine or of Gorb are shown and logged, and leave the verdict unchanged.</summary>
public sealed class FaultTests : PulseTest
{
    private const string EverySecond = """, "pulse": {"interval": "1s", "timeout": "1s"}""";
    private readonly LogLines<PulseMonitor> _log = new();

    private protected override void Configure(IServiceCollection services) => services.AddSingleton<ILoggerProvider>(_log);

    [Fact]
    public async Task Fault_IsShownAndLoggedOnce_AndTheVerdictStays()
    {
        await PutWebAsync(backends: 2, members: EverySecond);
        await PassAsync(2);
        Prober.Fail("10.9.0.22", "connection refused");
        await PassAsync(4);
        Prober.Cripple("10.9.0.21");
        Prober.Cripple("10.9.0.22");

        await PassAsync(300);

        foreach (var (backend, status) in new[] { ("b1", "up"), ("b2", "down") })
        {
            var check = await CheckAsync($"/service/web/{backend}");
            check.GetProperty("status").GetString().Should().Be(status);
            check.GetProperty("reason").GetString().Should().Be("not checked: out of files");
        }

        Weights().Should().BeEquivalentTo(new Dictionary<string, int> { ["10.9.0.21"] = 100, ["10.9.0.22"] = 0 });
        _log.Texts.Where(text => text.Contains("out of files", StringComparison.Ordinal)).Should().ContainSingle();
        Prober.Pass("10.9.0.22");
        await PassAsync(2);
        (await CheckAsync("/service/web/b2")).GetProperty("reason").GetString().Should().Be("connected");
    }

    [Fact]
    public async Task UnforeseenException_IsAFaultOfThisProgram()
    {
        var result = await Probes.Probe.RunAsync(new BrokenProbe(), Probes.Probe.Target(new PingArgs(), 0));

        (result.Passed, result.IsLocalFault, result.Reason).Should().Be((false, true, "unexpected InvalidOperationException"));
        result.Unexpected.Should().BeOfType<InvalidOperationException>();
    }

    [Theory]
    [InlineData(SocketError.ConnectionRefused, false)]
    [InlineData(SocketError.HostUnreachable, false)]
    [InlineData(SocketError.NetworkUnreachable, false)]
    [InlineData(SocketError.NetworkDown, false)]
    [InlineData(SocketError.AccessDenied, true)]
    [InlineData(SocketError.TooManyOpenSockets, true)]
    [InlineData(SocketError.NoBufferSpaceAvailable, true)]
    [InlineData(SocketError.AddressNotAvailable, true)]
    [InlineData(SocketError.AddressFamilyNotSupported, true)]
    [InlineData(SocketError.VersionNotSupported, true)]
    public void ErrorOfTheNetwork_IsTheBackendsOrOurs(SocketError error, bool isOurs) =>
        ProbeFailure.Explain(new IOException("x", new SocketException((int)error)), TimeSpan.Zero).IsLocalFault.Should().Be(isOurs);

    private sealed class BrokenProbe : IAsyncProbe
    {
        public Task<string> RunAsync(ProbeTarget target, CancellationToken token) => throw new InvalidOperationException("a defect");
    }
}
