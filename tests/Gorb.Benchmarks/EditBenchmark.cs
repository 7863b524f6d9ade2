using System.Diagnostics;
using System.Globalization;

namespace Gorb.Benchmarks;

/// <summary>Single edits, one after the other with a pause: how long until an edit is answered, and until the kernels of all directors have it.</summary>
internal static class EditBenchmark
{
    /// <summary>Between two edits, so that each is measured alone: directors tell of themselves a quarter of a second after the edit before.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(300);

    /// <summary>Between two looks at the kernels' tables, which tell no one when they change. It is the error of what is measured.</summary>
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(1);

    /// <param name="url">The director that is asked.</param>
    /// <param name="count">How many edits.</param>
    /// <param name="query">The query of each edit, or nothing.</param>
    /// <param name="directors">The processes of all directors, whose kernel tables are looked at.</param>
    public static int Run(Uri url, int count, string query, IReadOnlyList<int> directors)
    {
        var (answers, kernels) = (new List<double>(), new List<double>());
        Put(url, [PutConnection.Put(url, "/service/edited", $$"""{"host": "{{Table.Service(9999)}}", "port": 80, "pulse": {"type": "none"} }""")]);
        for (var edit = 0; edit < count; edit++)
        {
            var weight = 1 + (edit % 100);
            var request = PutConnection.Put(url, $"/service/edited/b{query}", $$"""{"host": "{{Table.Backend(0)}}", "port": 80, "weight": {{weight}}}""");
            using var connection = new PutConnection(url, [request]);
            Thread.Sleep(Pause);
            var began = Stopwatch.GetTimestamp();
            connection.SendNext();
            var answered = Task.Run(() =>
            {
                connection.Advance();
                return Stopwatch.GetElapsedTime(began);
            });
            var left = directors.ToList();
            while (left.RemoveAll(director => Has(director, weight)) >= 0 && left.Count > 0)
            {
                Thread.Sleep(Look);
            }

            kernels.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
            answers.Add(answered.GetAwaiter().GetResult().TotalMilliseconds);
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{At(answers, 0.5):F0} {At(answers, 0.99):F0} {At(kernels, 0.5):F0} {At(kernels, 0.99):F0}"));
        return 0;
    }

    private static void Put(Uri url, List<byte[]> requests)
    {
        using var connection = new PutConnection(url, requests);
        connection.SendNext();
        connection.Advance();
    }

    /// <summary>True if a director's kernel has the backend with a weight. The file is complete as long as the table fits in one page of it, as here.</summary>
    private static bool Has(int director, int weight) => File.ReadLines($"/proc/{director}/net/ip_vs")
        .Any(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries) is ["->", _, "Masq", var found, ..] && int.Parse(found, CultureInfo.InvariantCulture) == weight);

    private static double At(List<double> times, double share)
    {
        times.Sort();
        return times[Math.Min((int)(times.Count * share), times.Count - 1)];
    }
}
