using Gorb.KernelTests.Lab;

namespace Gorb.KernelTests.Traffic;

/// <summary>A routing daemon announces the addresses on gorb0: those of services that have a backend.</summary>
public sealed class BgpTests : OwnDaemonTest
{
    private const string Address4 = "10.9.7.130", Address6 = "fd00:9:7::130";

    [Fact]
    public async Task Address_IsAnnounced_WhileABackendIsUp_AndTheDoctorSaysWhenNobodyHearsOfIt()
    {
        Shell.Succeeds(["ip", "link", "del", "gorb0"]);
        await using var gorb = await StartAsync("--vip-interface", "gorb0", "--resync", "none");
        await using var bird = new Bird();
        await gorb.PutAsync("/config", $$"""
            services:
              four: { host: {{Address4}}, port: 80, withdraw: when-down, backends: { b1: { host: 10.9.0.21, port: 80, pulse: { type: none } } } }
              six: { host: '{{Address6}}', port: 80, withdraw: when-down, backends: { b1: { host: 'fd00:9::21', port: 80, pulse: { type: none } } } }
            """);
        await SeeAsync(bird, Address4, isRouted: true);
        await SeeAsync(bird, Address6, isRouted: true);
        (await FindAsync(gorb)).Should().BeEmpty();

        await gorb.PatchAsync("/service/four/b1", """{"force": "down"}""");
        await SeeAsync(bird, Address4, isRouted: false);
        (await gorb.GetAsync("/vip")).EnumerateArray().Select(static vip => vip.GetProperty("state").GetString()).Should().Equal("withdrawn", "owned");
        Bird.HasRoute(Address6).Should().BeTrue();

        await gorb.PatchAsync("/service/four", """{"withdraw": null}""");
        await SeeAsync(bird, Address4, isRouted: true);
        await bird.EndSessionAsync();
        await Eventually.Async(async () => (await FindAsync(gorb)).SequenceEqual([Address4, Address6]), () => bird.Log);
        await gorb.PutAsync("/config", """{"services": {}}""");
        Shell.Run("ip", "link", "del", "gorb0");
    }

    private static Task SeeAsync(Bird bird, string address, bool isRouted) =>
        Eventually.Async(() => Task.FromResult(Bird.HasRoute(address) == isRouted), () => bird.Log);

    private static async Task<IReadOnlyList<string?>> FindAsync(GorbProcess gorb) =>
    [
        .. (await gorb.GetAsync("/doctor?probe=false")).GetProperty("findings").EnumerateArray()
            .Where(static finding => finding.GetProperty("code").GetString() == "vip-not-announced").Select(static finding => finding.GetProperty("subject").GetString()),
    ];
}
