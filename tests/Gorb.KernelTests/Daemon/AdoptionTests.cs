using System.Globalization;
using System.Net;
using Gorb.KernelTests.Lab;

namespace Gorb.KernelTests.Daemon;

/// <summary>Gorb adopts a service of another program, and the kernel refuses one of the backends: the service stays as it was.</summary>
public sealed class AdoptionTests(SharedDaemon daemon) : KernelTest(daemon)
{
    [Theory]
    [InlineData(2)]
    [InlineData(20)] // so many that the scheduler is set last
    public async Task Adoption_WithABackendTheKernelRefuses_LeavesTheServiceAsItWas(int backends)
    {
        Shell.Run("ipvsadm", "-A", "-t", "10.9.0.100:80", "-s", "rr");
        Shell.Run("ipvsadm", "-a", "-t", "10.9.0.100:80", "-r", "10.9.0.21:80", "-m", "-w", "7");
        var before = Shell.Ipvsadm();

        using var answer = await Gorb.SendAsync(HttpMethod.Put, "/config", Document(backends, "10.9.0.255")); // the broadcast address of the lab's network

        answer.StatusCode.Should().Be(HttpStatusCode.InternalServerError);
        Shell.Ipvsadm().Should().Equal(before);
        (await Gorb.GetAsync("/service")).GetArrayLength().Should().Be(0);
    }

    private static string Document(int backends, string last) => "services:\n  web:\n    host: 10.9.0.100\n    port: 80\n    pulse: { type: none }\n    backends:\n" + string.Concat(
        Enumerable.Range(1, backends).Select(i => string.Create(CultureInfo.InvariantCulture, $"      b{i}: {{ host: {(i == backends ? last : $"10.8.0.{i}")}, port: 80 }}\n")));
}
