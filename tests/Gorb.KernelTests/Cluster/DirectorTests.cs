using System.Net;
using Gorb.KernelTests.Lab;

namespace Gorb.KernelTests.Cluster;

/// <summary>Three directors share one table in etcd: three kernels, three members of etcd, one network.</summary>
public sealed class DirectorTests(ThreeDirectors hosts) : IClassFixture<ThreeDirectors>
{
    [Fact]
    public async Task Table_IsInAllKernels_AfterTheDeathOfADirector_AndWithoutAMajorityOfEtcd()
    {
        await using var a = await StartAsync("da");
        await using var b = await StartAsync("db");
        var c = await StartAsync("dc");
        try
        {
            await a.PutServiceAsync("web", """{"host": "10.9.0.140", "port": 80}""");
            await a.PutAsync("/service/dns", """{"host": "10.9.0.140", "port": 53, "protocol": "udp"}""");
            await AgreeAsync("10.9.0.140:80", ":53");

            await c.KillAsync();
            await b.DeleteAsync("/service/dns");
            await a.PutAsync("/service/web/b1", """{"host": "10.9.0.21", "port": 80, "weight": 7, "pulse": {"type": "none"} }""");
            ThreeDirectors.Table("dc").Should().Contain(":53", "its kernel goes on without it");
            await c.DisposeAsync();
            c = await StartAsync("dc");
            await AgreeAsync("-w 7");
            ThreeDirectors.Table("dc").Should().NotContain(":53");

            hosts.SignalMajority("STOP");
            await Eventually.Async(async () => (await a.SendAsync(HttpMethod.Put, "/service/web/b9", Backend)).StatusCode == HttpStatusCode.ServiceUnavailable, () => a.Log);
            using var read = await b.SendAsync(HttpMethod.Get, "/service/web");
            read.StatusCode.Should().Be(HttpStatusCode.OK);
            hosts.SignalMajority("CONT");
            await Eventually.Async(async () => (await c.SendAsync(HttpMethod.Put, "/service/web/b9", Backend)).StatusCode == HttpStatusCode.OK, () => c.Log + hosts.Log);
            await AgreeAsync("10.9.0.29:80");
        }
        finally
        {
            await c.DisposeAsync();
        }
    }

    private const string Backend = """{"host": "10.9.0.29", "port": 80, "pulse": {"type": "none"} }""";

    private Task<GorbProcess> StartAsync(string name) =>
        GorbProcess.StartOnAsync(name, "-i", "eth0", "--state", hosts.State(name), "--cluster", ThreeDirectors.Cluster, "--director", name);

    /// <summary>Waits until all kernels have the same table, with some texts in it.</summary>
    private static Task AgreeAsync(params string[] texts) => Eventually.Async(
        () =>
        {
            var tables = ThreeDirectors.Names.Select(ThreeDirectors.Table).Distinct().ToList();
            return Task.FromResult(tables.Count == 1 && Array.TrueForAll(texts, text => tables[0].Contains(text, StringComparison.Ordinal)));
        },
        static () => string.Join("\n---\n", ThreeDirectors.Names.Select(ThreeDirectors.Table)));
}
