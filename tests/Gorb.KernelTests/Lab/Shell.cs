using System.Diagnostics;

namespace Gorb.KernelTests.Lab;

/// <summary>Runs programs of the lab.</summary>
internal static class Shell
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(300);

    /// <summary>Runs a program and returns its output.</summary>
    /// <exception cref="InvalidOperationException">The program failed, or did not exit in time.</exception>
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

    /// <summary>True when a program ends with status 0.</summary>
    public static bool Succeeds(IReadOnlyList<string> command)
    {
        try
        {
            Run(command[0], [.. command.Skip(1)]);
            return true;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }

    /// <summary>The kernel's table as lines of ipvsadm -Sn, in a stable order.</summary>
    public static IReadOnlyList<string> Ipvsadm() =>
        [.. Run("ipvsadm", "-Sn").Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Trim()).Order(StringComparer.Ordinal)];

    /// <summary>Address, upper and lower threshold of every destination, which ipvsadm lists but does not save.</summary>
    public static IReadOnlyList<string> IpvsadmThresholds() =>
    [
        .. Run("ipvsadm", "-Ln", "--thresholds").Split('\n')
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Where(words => words.Length == 6 && words[0] == "->")
            .Select(words => string.Join(' ', words[1..4])),
    ];

    /// <summary>Connections of a service and of its destinations since they were created. The kernel updates the counts every two seconds.</summary>
    /// <param name="service">The service as options of ipvsadm.</param>
    public static IReadOnlyList<string> IpvsadmConnections(params string[] service) =>
    [
        .. Run("ipvsadm", ["-Ln", "--stats", "--exact", .. service]).Split('\n')
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Where(words => words is ["TCP" or "UDP" or "SCTP" or "FWM", ..] or ["->", [>= '0' and <= '9' or '[', ..], ..])
            .Select(words => string.Join(' ', words[1..3])),
    ];

    /// <summary>Waits until a service has counted its connections. A service that is created again afterwards shows by its count of 0.</summary>
    /// <returns>The result of <see cref="IpvsadmConnections"/>.</returns>
    public static async Task<IReadOnlyList<string>> CountedAsync(string service, int connections)
    {
        IReadOnlyList<string> counters = [];
        await Eventually.Async(() => Task.FromResult((counters = IpvsadmConnections("-t", service))[0] == $"{service} {connections}"), () => string.Join('\n', counters));
        return counters;
    }
}
