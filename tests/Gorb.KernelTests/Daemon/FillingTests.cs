using Gorb.KernelTests.Lab;

namespace Gorb.KernelTests.Daemon;

/// <summary>
/// Some schedulers process all destinations at each addition, so a large service is filled without a scheduler first (see Planner.Create). It must have
/// the right scheduler in the end, even if the daemon died meanwhile.
/// </summary>
public sealed class FillingTests : OwnDaemonTest
{
    private const int Backends = 20;

    private static readonly string[] Table = [.. Lines(80, "wrr"), .. Lines(81, "mh -b mh-fallback")];

    [Fact]
    public async Task LargeServices_HaveTheirSchedulersAtTheEnd_AlsoAfterADeathInBetween()
    {
        await using (var first = await StartAsync())
        {
            await first.PutAsync("/config", $"services: {{ w: {Document(80, "wrr")}, m: {Document(81, "mh")} }}");
            Shell.Ipvsadm().Should().BeEquivalentTo(Table);
        }

        Shell.Run("ipvsadm", "-E", "-t", "10.9.0.100:80", "-s", "none"); // before the last step
        Shell.Run("ipvsadm", "-E", "-t", "10.9.0.100:81", "-s", "none"); // and one step earlier
        Shell.Run("ipvsadm", "-d", "-t", "10.9.0.100:81", "-r", "10.9.0.120:80");

        await using var again = await StartAsync();
        await again.LogsAsync("Wanted: 2 services with 40 backends; the kernel needed 3 changes");
        Shell.Ipvsadm().Should().BeEquivalentTo(Table);
    }

    private static IEnumerable<string> Lines(int port, string method) =>
        Enumerable.Range(101, Backends).Select(i => $"-a -t 10.9.0.100:{port} -r 10.9.0.{i}:80 -m -w 100").Prepend($"-A -t 10.9.0.100:{port} -s {method}");

    private static string Document(int port, string method)
    {
        var backends = string.Join(", ", Enumerable.Range(101, Backends).Select(i => $$"""b{{i}}: { host: 10.9.0.{{i}}, port: 80 }"""));
        return $$"""{ host: 10.9.0.100, port: {{port}}, method: {{method}}, pulse: { type: none }, backends: { {{backends}} } }""";
    }
}
