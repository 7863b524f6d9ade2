using System.Buffers.Binary;
using Gorb.Health.Monitoring;
using Gorb.Ipvs;
using Gorb.Ipvs.Wire;
using Gorb.Tests.Shared;

namespace Gorb.Tests.Health.Monitoring;

/// <summary>A change that the kernel refuses for one service delays no other service.</summary>
public sealed class RefusalTests : PulseTest
{
    private const string Quick = """, "pulse": {"interval": "1s", "timeout": "1s", "fall": 1, "rise": 1}""";

    [Fact]
    public async Task ServiceThatIsRefused_HoldsUpNoOther()
    {
        await PutWebAsync(backends: 2, members: Quick);
        await PutBadAsync();
        await PassAsync(1);
        Kernel.Refuse = RefuseBad;

        Prober.Fail("10.9.0.21");
        Prober.Fail("10.9.0.31");
        await PassAsync(1);
        Weights().Should().BeEquivalentTo(new Dictionary<string, int> { ["10.9.0.21"] = 0, ["10.9.0.22"] = 100, ["10.9.0.31"] = 100 });

        await Daemon.PatchAsync("/service/web/b1", """{"pulse": {"type": "none"}}""");
        await PassAsync(0);
        Weights()["10.9.0.21"].Should().Be(100, "it need not wait until the refused one is tried again");

        Kernel.Refuse = static _ => Errno.None;
        await PassAsync(1);
        Weights()["10.9.0.31"].Should().Be(0);
    }

    [Fact]
    public async Task BackendThatIsRemovedMeanwhile_IsNotTriedAgain()
    {
        await PutBadAsync();
        await PassAsync(1);
        Kernel.Refuse = RefuseBad;
        Prober.Fail("10.9.0.31");
        await PassAsync(1);

        Kernel.Refuse = static _ => Errno.None;
        await Daemon.DeleteAsync("/service/bad/x");
        await Daemon.PutAsync("/service/bad/x", """{"host": "10.9.0.31", "port": 80, "pulse": {"type": "none"}}""");
        await PassAsync(2);

        Weights()["10.9.0.31"].Should().Be(100);
    }

    [Fact]
    public async Task MassFailureOfManyServices_IsOneBatch()
    {
        const int many = 300;
        await Daemon.PutAsync("/config", $"services: {{{string.Join(", ", Enumerable.Range(1, many).Select(i =>
            $"s{i}: {{host: 10.9.0.100, port: {i}, pulse: {{interval: 1s, timeout: 1s, fall: 1}}, backends: {{b: {{host: 10.8.{i / 250}.{(i % 250) + 1}, port: 80}}}}}}"))}}}");
        await PassAsync(2);
        Enumerable.Range(1, many).ToList().ForEach(i => Prober.Fail($"10.8.{i / 250}.{(i % 250) + 1}"));
        var (mutations, datagrams) = (Kernel.Mutations, Kernel.MutatingDatagrams);

        using (new HeldWriter(Daemon))
        {
            Clock.Advance(TimeSpan.FromSeconds(1));
            Daemon.Service<PulseMonitor>().Tick(); // starts all checks, which complete at once
            Daemon.Service<PulseMonitor>().Tick(); // posts their results
        }

        await PassAsync(0);
        Weights().Values.Should().OnlyContain(weight => weight == 0);
        (Kernel.Mutations - mutations).Should().Be(many);
        (Kernel.MutatingDatagrams - datagrams).Should().BeLessThan(10, "a batch takes many messages to a datagram");
    }

    private async Task PutBadAsync()
    {
        await Daemon.PutAsync("/service/bad", """{"host": "10.9.0.100", "port": 81}""");
        await Daemon.PutAsync("/service/bad/x", $$"""{"host": "10.9.0.31", "port": 80{{Quick}}}""");
    }

    /// <summary>Refuses every change of the service at port 81.</summary>
    private static Errno RefuseBad(FakeRequest request) =>
        request.IsMutation && request.Nest(CommandAttribute.Service) is { } service && BinaryPrimitives.ReadUInt16BigEndian(service[(ushort)ServiceAttribute.Port]) == 81
            ? Errno.ENOMEM : Errno.None;
}
