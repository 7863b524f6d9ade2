using System.Diagnostics;
using System.Globalization;

namespace Gorb.Benchmarks;

/// <summary>From the start of the process to its first answer, and what it holds in memory then.</summary>
internal static class StartBenchmark
{
    private static readonly Uri Ready = new("http://127.0.0.1:4672/readyz");

    public static async Task<int> RunAsync(string gorb, string[] options)
    {
        using var http = new HttpClient();
        var clock = Stopwatch.StartNew();
        using var daemon = Process.Start(new ProcessStartInfo(gorb, options) { RedirectStandardOutput = true })!;
        daemon.OutputDataReceived += static (_, _) => { }; // its log is read and not shown, so that the pipe never fills
        daemon.BeginOutputReadLine();
        while (!await AnswersAsync(http))
        {
            if (daemon.HasExited || clock.Elapsed > TimeSpan.FromSeconds(60))
            {
                await Console.Error.WriteLineAsync("the daemon did not answer");
                return 1;
            }
        }

        var seconds = clock.Elapsed.TotalSeconds;
        daemon.Refresh();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{seconds:F3} {daemon.WorkingSet64 / 1024 / 1024}"));
        daemon.Kill();
        await daemon.WaitForExitAsync();
        return 0;
    }

    private static async Task<bool> AnswersAsync(HttpClient http)
    {
        try
        {
            using var answer = await http.GetAsync(Ready);
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException) // not listening yet
        {
            return false;
        }
    }
}
