using Gorb.KernelTests.Lab;

namespace Gorb.KernelTests.Daemon;

/// <summary>
/// A large service of a scheduler that works through all destinations at each addition is filled without one (see Planner.Create): it must have the right one
/// at the end, also when the daemon died on the way.
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

        Shell.Run("ipvsadm", "-E", "-t", "10.9.0.100:80", "-s", "none"); // at the last step
        Shell.Run("ipvsadm", "-E", "-t", "10.9.0.100:81", "-s", "none"); // and one before
        Shell.Run("ipvsadm", "-d", "-t", "10.9.0.100:81", "-r", "10.9.0.120:80");

        await using var again = await StartAsync();
        await again.LogsAsync("Wanted: 2 services with 40 backends; 3 changes brought the kernel there");
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
