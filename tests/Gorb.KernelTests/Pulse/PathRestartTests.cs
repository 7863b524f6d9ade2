using Gorb.KernelTests.Lab;

namespace Gorb.KernelTests.Pulse;

/// <summary>Marks of checks by path over the end of a daemon. StormTests kills it at random moments.</summary>
public sealed class PathRestartTests : OwnDaemonTest
{
    private const string Pulse = """ "pulse": {"type": "tcp", "via": "path", "interval": "300ms", "timeout": "300ms"} """;

    [Fact]
    public async Task Marks_AreTheSameAfterAKill_AndThoseOfAnotherGorbStay()
    {
        IReadOnlyList<string> first, both;
        await using (var gorb = await StartAsync())
        {
            await PutAsync(gorb, 80);
            first = Marks();
            first.Should().HaveCount(2);
            await using var other = await GorbProcess.StartAsync();
            await PutAsync(other, 81);
            both = Marks();
            both.Should().HaveCount(4, "two daemons with the same range do not take each other's marks");
            await gorb.KillAsync();
        }

        Marks().Should().Equal(both);
        await using var again = await StartAsync();
        await again.LogsAsync("Wanted: 1 services with 1 backends; the kernel needed 0 changes");
        Marks().Should().Equal(both);
        await Eventually.Async(async () => (await again.GetAsync("/service/web80/b")).TryGetProperty("pulse", out var pulse)
            && pulse.GetProperty("checks")[0].TryGetProperty("status", out var status) && status.GetString() == "up");

        await again.DeleteAsync("/service/web80");
        Marks().Should().Equal(both.Except(first));
    }

    private static IReadOnlyList<string> Marks() => [.. Shell.Ipvsadm().Where(static line => line.Contains(" -f ", StringComparison.Ordinal))];

    private static async Task PutAsync(GorbProcess gorb, int port)
    {
        await gorb.PutAsync($"/service/web{port}", $$"""{"host": "10.9.0.100", "port": {{port}}, "method": "rr"}""");
        await gorb.PutAsync($"/service/web{port}/b", $$"""{"host": "{{Network.Address("b1")}}", "port": 80, {{Pulse}} }""");
    }
}
