using Gorb.KernelTests.Lab;

namespace Gorb.KernelTests.Daemon;

/// <summary>A daemon is killed at random moments while clients write to it, the kernel has entries of another program, and a download runs.</summary>
public sealed class StormTests : OwnDaemonTest
{
    private const int Writers = 6;
    private const int MaxAnswers = 40;

    private const int Rounds = 50;
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(120);

    /// <summary>Entries of another program.</summary>
    private static readonly string[] OtherEntries = ["-A -t 10.9.0.100:9999 -s sed", "-a -t 10.9.0.100:9999 -r 10.9.0.29:80 -m -w 3"];

    private readonly List<StormWriter> _writers = [.. Enumerable.Range(0, Writers).Select(i => new StormWriter(i, new Random(i)))];

    [Fact]
    public async Task Kill_AtRandomPointsOfAStorm_LosesNothingAndTouchesNothingForeign()
    {
        Array.ForEach(OtherEntries, line => Shell.Run("ipvsadm", line.Split(' ')));
        await using (var first = await StartAsync())
        {
            await first.PutServiceAsync("web", """{"host": "10.9.0.100", "port": 80, "method": "rr"}""");
        }

        using var download = new RunningDownload(Network.Vip4, 80);
        var counters = await Shell.CountedAsync("10.9.0.100:80", connections: 1);
        var random = new Random(4672);
        for (var round = 0; round <= Rounds; round++)
        {
            await using var gorb = await StartAsync();
            await download.ContinuesAsync();
            var services = (await gorb.GetAsync("/config")).GetProperty("services");
            _writers.ForEach(writer => writer.Check(services));
            var table = Shell.Ipvsadm();
            table.Where(static line => !IsMark(line)).Should().Equal(Expected(), "round {0}: {1}", round, gorb.Log);
            ExpectPaths([.. table.Where(IsMark).Select(static line => line.Split(' '))], $"round {round}: {gorb.Log}");
            Shell.IpvsadmConnections("-t", "10.9.0.100:80").Should().Equal(counters, "a new entry would count from 0");

            await WriteAndKillAsync(gorb, answers: random.Next(1, MaxAnswers), pause: random.Next(4));
            await download.ContinuesAsync();
        }
    }

    /// <param name="gorb">The daemon to kill.</param>
    /// <param name="answers">How many requests it answers first.</param>
    /// <param name="pause">Milliseconds after the last answer: a random moment within the next request.</param>
    private async Task WriteAndKillAsync(GorbProcess gorb, int answers, int pause)
    {
        using var answered = new SemaphoreSlim(0);
        var storm = Task.WhenAll(_writers.Select(writer => writer.RunAsync(gorb, answered)));
        for (; answers > 0; answers--)
        {
            (await answered.WaitAsync(Timeout, TestContext.Current.CancellationToken)).Should().BeTrue("the daemon answers");
        }

        await Task.Delay(pause, TestContext.Current.CancellationToken);
        await gorb.KillAsync();
        await storm;
    }

    private static bool IsMark(string line) => line.Contains(" -f ", StringComparison.Ordinal);

    /// <summary>Each backend that is checked by path has a mark with it as only destination, and there are no other marks.</summary>
    private void ExpectPaths(List<string[]> marks, string because)
    {
        var destinations = marks.Where(static line => line[0] == "-a").ToList();
        destinations.Select(static line => string.Join(' ', line[3..])).Order(StringComparer.Ordinal).Should().Equal(_writers.SelectMany(static writer => writer.Paths()).Order(StringComparer.Ordinal), because);
        marks.Where(static line => line[0] == "-A").Select(static line => line[2]).Should().BeEquivalentTo(destinations.Select(static line => line[2]), because);
    }

    private IEnumerable<string> Expected() => _writers.SelectMany(writer => writer.Lines())
        .Concat(OtherEntries)
        .Append("-A -t 10.9.0.100:80 -s rr")
        .Concat(Network.Backends.Select(backend => $"-a -t 10.9.0.100:80 -r {Network.Address(backend)}:80 -m -w 100"))
        .Order(StringComparer.Ordinal);
}
