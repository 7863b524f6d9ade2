using System.Net;
using Gorb.Ipvs;
using Gorb.Tests.Api;
using Gorb.Tests.State;

namespace Gorb.Tests.Health.Monitoring;

/// <summary>With "start: keep", a restart keeps the previous daemon's verdicts, even where the kernel does not show them.</summary>
public sealed class KeptVerdictTests : PulseTest
{
    private const string Check = """, "pulse": {"type": "tcp", "interval": "1s", "timeout": "1s", "fall": 3, "rise": 2}""";
    private const string Host = "10.9.0.21";

    [Theory]
    [InlineData("tcp", "keep", 0)]
    [InlineData("udp", "keep", null)]
    [InlineData("tcp", "up", 100)]
    public async Task Reboot_DeadBackendGetsNoTraffic_UntilRiseChecksPass(string protocol, string start, int? weight)
    {
        using var file = new TemporaryFile();
        await TakeDownAsync(file, $$"""{"host": "10.9.0.100", "port": 53, "protocol": "{{protocol}}", "start": "{{start}}"}""");
        Kernel.Table.Flush();

        await using var second = await StartAsync(file.Path);

        Weight(second).Should().Be(weight);
        Weights(second)["10.9.0.22"].Should().Be(100, "what was up stays up");

        Prober.Pass(Host);
        await PassAsync(1, second);
        Weight(second).Should().Be(weight, "one success is not enough");
        await PassAsync(1, second);
        Weight(second).Should().Be(100);
    }

    [Fact]
    public async Task Restart_UnchangedKernel_SendsNothing()
    {
        using var file = new TemporaryFile();
        await TakeDownAsync(file, Service());
        var mutations = Kernel.Mutations;

        await using var second = await StartAsync(file.Path);
        await PassAsync(3, second);

        Kernel.Mutations.Should().Be(mutations);
        Weight(second).Should().Be(0);
    }

    /// <summary>The verdict is saved after the kernel has the weight, so a daemon that is killed in between leaves a kernel newer than the file.</summary>
    [Fact]
    public async Task Restart_KernelIsAheadOfTheFile_BelievesTheKernel()
    {
        using var file = new TemporaryFile();
        await TakeDownAsync(file, Service(), first =>
        {
            first.ChangeKernel(kernel => kernel.Apply([new IpvsChange.UpdateDestination(
                ServiceKey.ForAddress(TransportProtocol.Tcp, IPAddress.Parse("10.9.0.100"), 80),
                new Destination(new DestinationKey(IPAddress.Parse(Host), 80)) { Weight = 100 })]));
            return Task.CompletedTask;
        });
        var mutations = Kernel.Mutations;

        await using (var second = await StartAsync(file.Path))
        {
            Weight(second).Should().Be(100);
            Kernel.Mutations.Should().Be(mutations);
            await PassAsync(0, second); // the store saves the verdict when no request waits
        }

        Kernel.Table.Flush();
        await using var third = await StartAsync(file.Path);
        Weight(third).Should().Be(100);
    }

    /// <summary>While health is ignored the kernel has the backend's full weight, so only the file shows that the backend is down.</summary>
    [Fact]
    public async Task Restart_WhileHealthIsIgnored_KeepsTheVerdict()
    {
        using var file = new TemporaryFile();
        await TakeDownAsync(file, """{"host": "10.9.0.100", "port": 80, "start": "keep", "min_healthy": "60%"}""");

        await using var second = await StartAsync(file.Path);

        Weight(second).Should().Be(100);
        (await second.GetAsync("/service/web/b1")).GetProperty("metrics").GetProperty("status").GetInt32().Should().Be(1);
        await second.PatchAsync("/service/web", """{"min_healthy": null}""");
        Weight(second).Should().Be(0);
    }

    [Fact]
    public async Task Reboot_AfterKeepWasLifted_BeginsUp()
    {
        using var file = new TemporaryFile();
        await TakeDownAsync(file, Service(), first => first.PatchAsync("/service/web", """{"start": "up"}"""));
        Kernel.Table.Flush();

        await using var second = await StartAsync(file.Path);

        Weight(second).Should().Be(100);
    }

    [Fact]
    public async Task Reboot_AfterItCameBack_BeginsUp()
    {
        using var file = new TemporaryFile();
        await TakeDownAsync(file, Service(), async first =>
        {
            Prober.Pass(Host);
            await PassAsync(3, first);
        });
        Kernel.Table.Flush();

        await using var second = await StartAsync(file.Path);

        Weight(second).Should().Be(100);
    }

    [Fact]
    public async Task KeptDown_ComesBackSlowly()
    {
        using var file = new TemporaryFile();
        await TakeDownAsync(file, """{"host": "10.9.0.100", "port": 80, "start": "keep", "slow_start": "100s"}""");
        await using var second = await StartAsync(file.Path);

        Prober.Pass(Host);
        await PassAsync(3, second);

        Weight(second).Should().BeInRange(1, 10);
    }

    [Fact]
    public async Task New_BeginsUp()
    {
        await PutWebAsync(Service(), members: Check);

        Weights().Values.Should().Equal(100, 100);
    }

    private static string Service() => """{"host": "10.9.0.100", "port": 80, "start": "keep"}""";

    private int? Weight(TestDaemon daemon) => Weights(daemon).TryGetValue(Host, out var weight) ? weight : null;

    private async Task TakeDownAsync(TemporaryFile file, string service, Func<TestDaemon, Task>? then = null)
    {
        await using var first = await StartAsync(file.Path);
        await first.PutAsync("/service/web", service);
        await first.PutAsync("/service/web/b1", $$"""{"host": "{{Host}}", "port": 80{{Check}}}""");
        await first.PutAsync("/service/web/b2", $$"""{"host": "10.9.0.22", "port": 80{{Check}}}""");
        Prober.Fail(Host);
        await PassAsync(5, first);
        await (then?.Invoke(first) ?? Task.CompletedTask);
    }
}
