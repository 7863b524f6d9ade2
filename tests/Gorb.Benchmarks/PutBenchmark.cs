using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace Gorb.Benchmarks;

/// <summary>The daemon by single PUTs, each waiting for its answer, over a number of kept connections.</summary>
internal static class PutBenchmark
{
    public static async Task<int> RunAsync(Uri url, int services, int backends, int connections)
    {
        var clock = Stopwatch.StartNew();
        var workers = Enumerable.Range(0, connections)
            .Select(worker => PutShareAsync(url, Enumerable.Range(0, services).Where(service => service % connections == worker), backends));
        await Task.WhenAll(workers);
        Console.WriteLine(clock.Elapsed.TotalSeconds.ToString("F3", CultureInfo.InvariantCulture));
        return 0;
    }

    private static async Task PutShareAsync(Uri url, IEnumerable<int> services, int backends)
    {
        using var handler = new SocketsHttpHandler { MaxConnectionsPerServer = 1 };
        using var http = new HttpClient(handler) { BaseAddress = url };
        foreach (var service in services)
        {
            await PutAsync(http, $"/service/s{service}", $$"""{"host": "{{Table.Service(service)}}", "port": 80, "pulse": {"type": "none"} }""");
            for (var backend = 0; backend < backends; backend++)
            {
                await PutAsync(http, $"/service/s{service}/b{backend}", $$"""{"host": "{{Table.Backend(backend)}}", "port": 80}""");
            }
        }
    }

    private static async Task PutAsync(HttpClient http, string path, string body)
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using var answer = await http.PutAsync(new Uri(path, UriKind.Relative), content);
        if (!answer.IsSuccessStatusCode)
        {
            throw new InvalidOperationException($"PUT {path}: {(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync()}");
        }
    }
}
