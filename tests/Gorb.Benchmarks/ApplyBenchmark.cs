using System.Diagnostics;
using System.Globalization;
using System.Text;
using Gorb.Ipvs;

namespace Gorb.Benchmarks;

/// <summary>The library alone.</summary>
internal static class ApplyBenchmark
{
    /// <summary>The whole table in one <see cref="IIpvsClient.Apply"/>.</summary>
    public static int RunBatch(int services, int backends)
    {
        using var client = Open();
        var changes = Table.Changes(services, backends).ToList();
        return Measure(() => client.Apply(changes));
    }

    /// <summary>What any client would have to do that acknowledges each change for good: a round trip, a line on the disk and a wait for the disk, 11,000 times.</summary>
    public static int RunSequence(int services, int backends, string journal)
    {
        using var client = Open();
        using var file = File.OpenHandle(journal, FileMode.CreateNew, FileAccess.Write);
        var length = 0L;
        return Measure(() => Table.Changes(services, backends).SelectMany(change =>
        {
            var line = Encoding.UTF8.GetBytes($"{change}\n");
            RandomAccess.Write(file, line, length);
            RandomAccess.FlushToDisk(file);
            length += line.Length;
            return client.Apply([change]);
        }));
    }

    private static IIpvsClient Open()
    {
        var client = IpvsClient.Create();
        client.GetInfo(); // opens the socket and finds the family
        return client;
    }

    private static int Measure(Func<IEnumerable<ChangeResult>> run)
    {
        var clock = Stopwatch.StartNew();
        var refused = run().FirstOrDefault(result => !result.Succeeded);
        Console.WriteLine(clock.Elapsed.TotalSeconds.ToString("F3", CultureInfo.InvariantCulture));
        if (refused is { Error: { } error })
        {
            Console.Error.WriteLine(error.Message);
            return 1;
        }

        return 0;
    }
}
