using Gorb.Health.Probes;
using Gorb.Model.Checks;

namespace Gorb.Tests.Health.Probes;

[Collection(Alone.Name)]
public sealed class ExecDescriptorTests
{
    [Fact]
    public async Task Exec_GivesItsDescriptorsBackAtOnce()
    {
        var target = Probe.Target(new ExecArgs { Program = "/bin/true" }, 0);
        await Probe.RunAsync(new ExecProbe(static _ => null), target);
        var before = Pipes();

        for (var i = 0; i < 20; i++)
        {
            (await Probe.RunAsync(new ExecProbe(static _ => null), target)).Reason.Should().Be("status 0");
        }

        Pipes().Should().Be(before);
    }

    private static int Pipes() => Directory.GetFiles("/proc/self/fd").Count(static file => File.ResolveLinkTarget(file, returnFinalTarget: false)?.Name.StartsWith("pipe:", StringComparison.Ordinal) == true);
}
