using System.Diagnostics;

namespace Gorb.KernelTests.Lab;

/// <summary>Runs programs of the lab.</summary>
internal static class Shell
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    /// <summary>Runs a program and returns what it printed.</summary>
    /// <exception cref="InvalidOperationException">It ended with another status than 0, or not in time.</exception>
    public static string Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEndAsync();
        if (!process.WaitForExit(Limit))
        {
            process.Kill(entireProcessTree: true);
            throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} did not end");
        }

        return process.ExitCode == 0
            ? output.Result
            : throw new InvalidOperationException($"{program} {string.Join(' ', arguments)}: status {process.ExitCode}: {errors.Result}");
    }

    /// <summary>The kernel's table as ipvsadm saves it, a line each, in a stable order.</summary>
    public static IReadOnlyList<string> Ipvsadm() =>
        [.. Run("ipvsadm", "-Sn").Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Trim()).Order(StringComparer.Ordinal)];

    /// <summary>Address, upper and lower threshold of every destination, which ipvsadm shows but does not save.</summary>
    public static IReadOnlyList<string> IpvsadmThresholds() =>
    [
        .. Run("ipvsadm", "-Ln", "--thresholds").Split('\n')
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Where(words => words.Length == 6 && words[0] == "->")
            .Select(words => string.Join(' ', words[1..4])),
    ];

    /// <summary>Connections of a service and of each of its destinations since each was made. The kernel adds them up every two seconds.</summary>
    /// <param name="service">The service in ipvsadm's words.</param>
    public static IReadOnlyList<string> IpvsadmConnections(params string[] service) =>
    [
        .. Run("ipvsadm", ["-Ln", "--stats", "--exact", .. service]).Split('\n')
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Where(words => words is ["TCP" or "UDP" or "SCTP" or "FWM", ..] or ["->", [>= '0' and <= '9' or '[', ..], ..])
            .Select(words => string.Join(' ', words[1..3])),
    ];

    /// <summary>Waits until a service has counted its connections; from then on, one that is made anew can be told by its count of 0.</summary>
    /// <returns>What <see cref="IpvsadmConnections"/> says then.</returns>
    public static async Task<IReadOnlyList<string>> CountedAsync(string service, int connections)
    {
        IReadOnlyList<string> counters = [];
        await Eventually.Async(() => Task.FromResult((counters = IpvsadmConnections("-t", service))[0] == $"{service} {connections}"), () => string.Join('\n', counters));
        return counters;
    }
}
