using System.IO.Pipelines;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using Gorb.Api.Overview;
using Gorb.Ipvs;

namespace Gorb.Tests.Api.Overview;

/// <summary>A follower of deltas has what a reader of the whole table has, however many steps it missed.</summary>
public sealed class OverviewTableTests
{
    private static readonly string[] Reasons = ["connected", "connection refused"];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task Deltas_MakeTheSameTable_AfterAnyChanges(int seed)
    {
        var random = new Random(seed);
        var table = OverviewTable.First(NextTable(random, new ReadTable(null, [])), 1);
        Follower[] followers = [new(0), new(0.3), new(0.9)];
        for (var revision = 2; revision < 400; revision++)
        {
            table = table.Next(NextTable(random, Table(table)), revision);
            var whole = await WholeAsync(table);
            foreach (var follower in followers.Where(follower => random.NextDouble() >= follower.Sloth))
            {
                follower.Follow(table);
                JsonNode.DeepEquals(follower.Has, whole).Should().BeTrue($"revision {revision} of a follower with sloth {follower.Sloth} is {follower.Has?.ToJsonString()}, not {whole.ToJsonString()}");
            }
        }
    }

    [Fact]
    public void SameTable_IsTheSameRevision()
    {
        var read = NextTable(new Random(5), new ReadTable(null, []));
        var table = OverviewTable.First(read, 1);

        table.Next(new ReadTable(read.KernelError, [.. read.Services.Select(static service => service with { Backends = [.. service.Backends] })]), 2).Should().BeSameAs(table);
    }

    /// <summary>Only what changed is told: counters of the kernel change all the time.</summary>
    [Fact]
    public void Delta_HasOnlyTheChangedParts()
    {
        var read = new ReadTable(null, [Service("web", "wrr", 0, Backend("b1", "connected", 5), Backend("b2", "connected", 5))]);
        var table = OverviewTable.First(read, 1).Next(new ReadTable(null, [Service("web", "wrr", 0, Backend("b1", "connected", 7), Backend("b2", "connected", 5))]), 2);

        Patches(table, 1).Should().ContainSingle().Which.Should()
            .Be("""{"services":{"web":{"backends":{"b1":{"kernel":{"weight":1,"active_connections":7,"inactive_connections":0,"persistent_connections":0,"traffic":{"connections_per_second":7,"in_packets_per_second":0,"out_packets_per_second":0,"in_bytes_per_second":0,"out_bytes_per_second":0}}}}}},"revision":"x-2","kernel_error":null}""");
    }

    [Fact]
    public void LargeDelta_ComesInParts_OfWhichOnlyTheLastHasTheRevision()
    {
        var read = new ReadTable(null, [Service("web", "wrr", 0, [.. Enumerable.Range(0, 1000).Select(static i => Backend($"b{i:d4}", "connected", 0))])]);
        var parts = Patches(OverviewTable.First(read, 1), OverviewWriter.Nothing);

        parts.Count.Should().BeInRange(4, 20);
        parts.Should().OnlyContain(static part => part.Length < 70_000);
        parts.SkipLast(1).Should().OnlyContain(static part => !part.Contains("\"revision\""));
    }

    [Fact]
    public void TooManyRemovals_BeginAgain()
    {
        var full = new ReadTable(null, [Service("web", "wrr", 0, [.. Enumerable.Range(0, OverviewTable.MaxRemovals + 1).Select(static i => Backend($"b{i:d6}", "connected", 0))])]);

        OverviewTable.First(full, 7).Next(new ReadTable(null, []), 8).Oldest.Should().BeGreaterThan(7, "a follower of revision 7 cannot be told what is gone");
    }

    private static ReadTable NextTable(Random random, ReadTable last)
    {
        var services = last.Services.ToDictionary(static service => service.Name, StringComparer.Ordinal);
        for (var changes = random.Next(3); changes >= 0; changes--)
        {
            var name = $"s{random.Next(4)}";
            if (random.Next(4) == 0)
            {
                services.Remove(name);
            }
            else
            {
                services[name] = Service(name, random.Next(2) == 0 ? "rr" : "wrr", (ulong)random.Next(2), NextBackends(random, services.GetValueOrDefault(name)?.Backends ?? []));
            }
        }

        return new ReadTable(random.Next(10) == 0 ? "no such module" : null, [.. services.Values.OrderBy(static service => service.Name, StringComparer.Ordinal)]);
    }

    private static ReadBackend[] NextBackends(Random random, IEnumerable<ReadBackend> last)
    {
        var backends = last.ToDictionary(static backend => backend.Name, StringComparer.Ordinal);
        var name = $"b{random.Next(4)}";
        if (random.Next(3) == 0)
        {
            backends.Remove(name);
        }
        else
        {
            backends[name] = Backend(name, Reasons[random.Next(Reasons.Length)], (ulong)random.Next(3), random.Next(2) == 0 ? null : "up", hasEntry: random.Next(3) > 0);
        }

        return [.. backends.Values.OrderBy(static backend => backend.Name, StringComparer.Ordinal)];
    }

    private static ReadService Service(string name, string method, ulong rate, params ReadBackend[] backends) => new(
        name, ServiceKey.ForFirewallMark(7, AddressFamily.InterNetwork),
        new OverviewService(null, null, null, 7, method, "api", "up", 1, null, null, rate == 0 ? null : ["192.0.2.9:80"], null, rate == 0 ? null : new OverviewTraffic(rate, 0, 0, 0, 0)), backends);

    private static ReadBackend Backend(string name, string reason, ulong rate, string? force = null, bool hasEntry = true) => new(name, new OverviewBackend(
        "10.9.0.21", 80, "nat", "api", "up", reason, DateTimeOffset.UnixEpoch, 100, force, null, null, null,
        hasEntry ? new OverviewKernel(1, (uint)rate, 0, 0, new OverviewTraffic(rate, 0, 0, 0, 0)) : null,
        [new OverviewCheck("tcp", "10.9.0.21:80", rate == 0 ? null : "up", reason, null, null)]));

    private static ReadTable Table(OverviewTable table) =>
        new(table.KernelError, [.. table.Services.Select(static service => new ReadService(service.Name, service.Key, service.View, [.. service.Backends.Select(static backend => new ReadBackend(backend.Name, backend.View))]))]);

    private static List<string> Patches(OverviewTable table, long since) => [.. table.StepsSince(since, $"x-{table.Revision}").Select(static step => Encoding.UTF8.GetString(step.Patch))];

    private static async Task<JsonNode> WholeAsync(OverviewTable table)
    {
        using var stream = new MemoryStream();
        var output = PipeWriter.Create(stream, new StreamPipeWriterOptions(leaveOpen: true));
        await table.WriteAsync(static _ => true, $"x-{table.Revision}", output, TestContext.Current.CancellationToken);
        await output.CompleteAsync();
        return JsonNode.Parse(stream.ToArray())!;
    }

    /// <param name="sloth">How often it misses a revision.</param>
    private sealed class Follower(double sloth)
    {
        private long _seen = OverviewWriter.Nothing;

        public double Sloth => sloth;

        public JsonNode? Has { get; private set; }

        public void Follow(OverviewTable table)
        {
            foreach (var patch in Patches(table, _seen))
            {
                Has = MergePatch.Apply(Has, JsonNode.Parse(patch));
            }

            _seen = table.Revision;
        }
    }
}
