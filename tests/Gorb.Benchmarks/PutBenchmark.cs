using System.Diagnostics;
using System.Globalization;

namespace Gorb.Benchmarks;

/// <summary>
/// The daemon by single PUTs over a number of kept connections, each of which waits for its answer before it sends the next. One thread takes the
/// connections in turn: what is measured is the daemon, and a client that is busy with threads of its own would take the processors from it.
/// </summary>
internal static class PutBenchmark
{
    /// <param name="url">Where the daemon listens.</param>
    /// <param name="services">How many services to put.</param>
    /// <param name="backends">How many backends each of them gets.</param>
    /// <param name="connections">How many connections share the services.</param>
    /// <param name="first">Number of the first service.</param>
    public static int Run(Uri url, int services, int backends, int connections, int first)
    {
        var shares = Enumerable.Range(0, connections)
            .Select(share => Enumerable.Range(first, services).Where(service => service % connections == share).SelectMany(service => Requests(url, service, backends)).ToList())
            .ToList();
        return Run(url, shares);
    }

    /// <summary>As many questions as cheap as the daemon has: what HTTP alone takes.</summary>
    public static int RunFloor(Uri url, int count, int connections)
    {
        var question = PutConnection.Get(url, "/healthz");
        return Run(url, [.. Enumerable.Range(0, connections).Select(share => Enumerable.Repeat(question, (count + share) / connections).ToList())]);
    }

    private static int Run(Uri url, List<List<byte[]>> shares)
    {
        var open = shares.Where(share => share.Count > 0).Select(share => new PutConnection(url, share)).ToList();
        var clock = Stopwatch.StartNew();
        open.ForEach(connection => connection.SendNext());
        while (open.Count > 0)
        {
            open.RemoveAll(static connection => !Advance(connection));
        }

        Console.WriteLine(clock.Elapsed.TotalSeconds.ToString("F3", CultureInfo.InvariantCulture));
        return 0;
    }

    private static bool Advance(PutConnection connection)
    {
        var goesOn = connection.Advance();
        if (!goesOn)
        {
            connection.Dispose();
        }

        return goesOn;
    }

    private static IEnumerable<byte[]> Requests(Uri url, int service, int backends) => Enumerable.Range(0, backends)
        .Select(backend => PutConnection.Put(url, $"/service/s{service}/b{backend}", $$"""{"host": "{{Table.Backend(backend)}}", "port": 80}"""))
        .Prepend(PutConnection.Put(url, $"/service/s{service}", $$"""{"host": "{{Table.Service(service)}}", "port": 80, "pulse": {"type": "none"} }"""));
}
