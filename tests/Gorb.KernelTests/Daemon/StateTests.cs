using System.Net;
using Gorb.Ipvs;
using Gorb.KernelTests.Lab;

namespace Gorb.KernelTests.Daemon;

/// <summary>The wanted table outlives the daemon, however it ends.</summary>
public sealed class StateTests : IDisposable
{
    private const int Writers = 6;
    private const int MostAnswers = 40;

    /// <summary>The kernel 6.12 runs on an emulated processor, where a start of the daemon takes seconds.</summary>
    private static readonly int Rounds = File.ReadAllText("/proc/sys/kernel/osrelease").StartsWith("6.12", StringComparison.Ordinal) ? 12 : 50;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private const string Web = """{"host": "10.9.0.100", "port": 80, "method": "rr"}""";

    /// <summary>What somebody else has in the kernel.</summary>
    private static readonly string[] Foreign = ["-A -t 10.9.0.100:9999 -s sed", "-a -t 10.9.0.100:9999 -r 10.9.0.29:80 -m -w 3"];

    private readonly string _state = Path.Combine(Directory.CreateTempSubdirectory("gorb-state-").FullName, "gorb.db");

    public StateTests() => Shell.Run("ipvsadm", "-C");

    public void Dispose() => Shell.Run("ipvsadm", "-C");

    [Fact]
    public async Task Kill_AtRandomPointsOfAStorm_LosesNothingAndTouchesNothingForeign()
    {
        AddForeign();
        await using (var first = await StartAsync())
        {
            await first.PutServiceAsync("web", Web);
        }

        using var download = Visitor.Connect(Network.Vip4, 80);
        var answerer = Visitor.Ask(download);
        var random = new Random(4672);
        var writers = Enumerable.Range(0, Writers).Select(i => new StormWriter(i, new Random(i))).ToList();
        for (var round = 0; round <= Rounds; round++)
        {
            await using var gorb = await StartAsync();
            var services = (await gorb.GetAsync("/config")).GetProperty("services");
            writers.ForEach(writer => writer.Check(services));
            Shell.Ipvsadm().Should().Equal(Expected(writers), "round {0}: {1}", round, gorb.Log);
            Visitor.Ask(download).Should().Be(answerer);

            using var answered = new SemaphoreSlim(0);
            var storm = Task.WhenAll(writers.Select(writer => writer.RunAsync(gorb, answered)));
            for (var left = random.Next(1, MostAnswers); left > 0; left--)
            {
                (await answered.WaitAsync(Patience, TestContext.Current.CancellationToken)).Should().BeTrue("the daemon answers");
            }

            await Task.Delay(random.Next(4), TestContext.Current.CancellationToken); // anywhere between two steps of the next request
            await gorb.KillAsync();
            await storm;
        }
    }

    [Fact]
    public async Task Restart_AfterTheTableWasEmptied_PutsItBack()
    {
        await using (var first = await StartAsync())
        {
            await first.PutServiceAsync("web", Web);
        }

        var table = Shell.Ipvsadm();
        Shell.Run("ipvsadm", "-C");
        await using var again = await StartAsync();

        Shell.Ipvsadm().Should().Equal(table).And.HaveCount(4);
    }

    [Fact]
    public async Task Resync_TableEmptiedByAccident_IsBackWithinItsTime()
    {
        await using var gorb = await StartAsync("--resync", "1s");
        await gorb.PutServiceAsync("web", Web);
        var table = Shell.Ipvsadm();

        Shell.Run("ipvsadm", "-C");
        await Eventually.Async(() => Task.FromResult(Shell.Ipvsadm().SequenceEqual(table)));

        await Eventually.Async(() => Task.FromResult(gorb.Log.Contains("Something else changed the kernel's table; repaired 4", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task FullDisk_RefusesWritesAndChangesNothing_UntilThereIsRoom()
    {
        var disk = Path.GetDirectoryName(_state)!;
        Shell.Run("mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", disk);
        try
        {
            var saved = 0;
            await using (var gorb = await StartAsync())
            {
                HttpResponseMessage answer;
                while ((answer = await PutNumberedAsync(gorb, saved)).IsSuccessStatusCode)
                {
                    saved++;
                }

                answer.StatusCode.Should().Be(HttpStatusCode.InsufficientStorage);
                (await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).Should().Contain(_state);
                Shell.Ipvsadm().Should().HaveCount(saved).And.NotBeEmpty();

                Shell.Run("mount", "-o", "remount,size=8m", disk);
                (await PutNumberedAsync(gorb, saved)).StatusCode.Should().Be(HttpStatusCode.OK);
                await gorb.KillAsync();
            }

            await using var again = await StartAsync();
            (await again.GetAsync("/service")).GetArrayLength().Should().Be(saved + 1);
            Shell.Ipvsadm().Should().HaveCount(saved + 1);
        }
        finally
        {
            Shell.Run("umount", disk);
        }
    }

    [Fact]
    public async Task Put_ServiceOfOthers_KeepsItsConnections()
    {
        Shell.Run("ipvsadm", "-A", "-t", "10.9.0.100:80", "-s", "wlc");
        Shell.Run("ipvsadm", "-a", "-t", "10.9.0.100:80", "-r", "10.9.0.22:80", "-m", "-w", "9");
        using var connection = Visitor.Connect(Network.Vip4, 80);

        await using var gorb = await StartAsync();
        await gorb.PutAsync("/service/web", Web);
        await gorb.PutAsync("/service/web/b1", """{"host": "10.9.0.21", "port": 80, "pulse": {"type": "none"}}""");

        Visitor.Ask(connection).Should().Be("b2");
        Shell.Ipvsadm().Should().Equal(
            "-A -t 10.9.0.100:80 -s rr", "-a -t 10.9.0.100:80 -r 10.9.0.21:80 -m -w 100", "-a -t 10.9.0.100:80 -r 10.9.0.22:80 -m -w 9");
        (await gorb.GetAsync("/service/web")).GetProperty("unmanaged")[0].GetString().Should().Be("10.9.0.22:80");
    }

    [Fact]
    public async Task Delete_WithDrain_WaitsForTheLastConnection()
    {
        await using var gorb = await StartAsync();
        // A port of its own: a destination that returns has its old connections back, and those of other tests linger for minutes.
        await gorb.PutAsync("/service/web", """{"host": "10.9.0.100", "port": 8109, "method": "rr"}""");
        await gorb.PutAsync("/service/web/b1", """{"host": "10.9.0.21", "port": 80, "pulse": {"type": "none"}}""");
        var connection = Visitor.Connect(Network.Vip4, 8109);
        using (await gorb.SendAsync(HttpMethod.Delete, "/service/web/b1?drain=10m"))
        {
            (await gorb.GetAsync("/service/web/b1")).GetProperty("drain").GetProperty("connections").GetInt32().Should().Be(1);
            Visitor.Ask(connection).Should().Be("b1");
        }

        connection.LingerState = new(enable: true, seconds: 0); // ends with a reset, so nothing lingers
        connection.Dispose();

        await Eventually.Async(async () => (await gorb.GetAsync("/service/web")).GetProperty("backends").GetArrayLength() == 0);
        Shell.Ipvsadm().Should().Equal("-A -t 10.9.0.100:8109 -s rr");
    }

    [Fact]
    public async Task Delete_UdpWithDrain_MovesClientsThatKeepTheirPort_OrSaysWhatMovesThem()
    {
        await using var gorb = await StartAsync();
        await gorb.PutServiceAsync("dns", """{"host": "10.9.0.100", "port": 80, "protocol": "udp", "method": "rr"}""");
        using var client = Visitor.Connect(Network.Vip4, 80, TransportProtocol.Udp);
        var first = Visitor.Ask(client);

        await DrainAsync(gorb, first);
        await Eventually.Async(() => Task.FromResult(gorb.Log.Contains("set sysctl net.ipv4.vs.expire_nodest_conn=1", StringComparison.Ordinal)), () => gorb.Log);
        Visitor.IsAnswered(client).Should().BeFalse("the kernel drops what belongs to a flow whose destination has gone");

        Shell.Run("sysctl", "-qw", "net.ipv4.vs.expire_nodest_conn=1");
        try
        {
            await Eventually.Async(() => Task.FromResult(Visitor.IsAnswered(client)));
            var second = Visitor.Ask(client);
            second.Should().NotBe(first);

            await DrainAsync(gorb, second);
            await Eventually.Async(() => Task.FromResult(Visitor.IsAnswered(client)));
            Visitor.Ask(client).Should().NotBe(second);
        }
        finally
        {
            Shell.Run("sysctl", "-qw", "net.ipv4.vs.expire_nodest_conn=0");
        }
    }

    private static async Task DrainAsync(GorbProcess gorb, string backend)
    {
        using var answer = await gorb.SendAsync(HttpMethod.Delete, $"/service/dns/{backend}?drain=1s");
        answer.StatusCode.Should().Be(HttpStatusCode.Accepted);
        await Eventually.Async(async () =>
            !(await gorb.GetAsync("/service/dns")).GetProperty("backends").EnumerateArray().Select(name => name.GetString()).Contains(backend));
    }

    private Task<GorbProcess> StartAsync(params string[] options) => GorbProcess.StartAsync(["-i", "br0", "--state", _state, .. options]);

    private static Task<HttpResponseMessage> PutNumberedAsync(GorbProcess gorb, int number) =>
        gorb.SendAsync(HttpMethod.Put, $"/service/s{number}", $$"""{"host": "10.9.0.100", "port": {{10_000 + number}}}""");

    private static void AddForeign()
    {
        foreach (var line in Foreign)
        {
            Shell.Run("ipvsadm", line.Split(' '));
        }
    }

    private static IEnumerable<string> Expected(List<StormWriter> writers) => writers.SelectMany(writer => writer.Lines())
        .Concat(Foreign)
        .Append("-A -t 10.9.0.100:80 -s rr")
        .Concat(Network.Backends.Select(backend => $"-a -t 10.9.0.100:80 -r {Network.Address(backend)}:80 -m -w 100"))
        .Order(StringComparer.Ordinal);
}
