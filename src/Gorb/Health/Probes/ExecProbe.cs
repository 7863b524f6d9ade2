using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using Gorb.Ipvs;
using Gorb.Model.Checks;
using Gorb.Platform;

namespace Gorb.Health.Probes;

/// <summary>
/// Passes when a program exits with an expected status. The program gets the backend in GORB_HOST and GORB_PORT; at the timeout it is killed with its
/// children.
/// </summary>
/// <param name="programFault">Returns why the program at a path may not run; null when it may.</param>
internal sealed class ExecProbe(Func<string, string?> programFault) : IAsyncProbe
{
    /// <summary>How much of the program's output is kept to explain a failure.</summary>
    private const int MaxOutput = 200;

    public bool NeedsAddress => false;

    public async Task<string> RunAsync(ProbeTarget target, CancellationToken token)
    {
        var args = (ExecArgs)target.Args;
        if (programFault(args.Program) is { } fault)
        {
            throw new LocalFaultException($"{args.Program} {fault}");
        }

        using var process = Start(target, args);
        using var standardOutput = process.StandardOutput; // Process does not close the streams, so the caller must
        using var standardError = process.StandardError;
        try
        {
            var output = ReadAsync(standardOutput.BaseStream, token);
            var errorOutput = ReadAsync(standardError.BaseStream, token);
            await process.WaitForExitAsync(token).ConfigureAwait(false);
            return Evaluate(args, process.ExitCode, await output.ConfigureAwait(false), await errorOutput.ConfigureAwait(false));
        }
        finally
        {
            Kill(process);
        }
    }

    private static Process Start(ProbeTarget target, ExecArgs args)
    {
        var start = new ProcessStartInfo(args.Program, args.Arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment.Remove(SecretVariables.Token);
        start.Environment.Remove(SecretVariables.FirstToken);
        start.Environment["GORB_HOST"] = target.Address?.ToString() ?? target.Host;
        start.Environment["GORB_PORT"] = target.Port.ToString(CultureInfo.InvariantCulture);
        try
        {
            var process = Process.Start(start)!; // null only with UseShellExecute
            process.StandardInput.Close();
            return process;
        }
        catch (Win32Exception error)
        {
            throw new LocalFaultException($"{args.Program} cannot be started: {Explain((Errno)error.NativeErrorCode)}");
        }
    }

    /// <summary>Explains why the program cannot start. This is never the backend's fault. 8 is ENOEXEC; for a directory there is no errno.</summary>
    private static string Explain(Errno error) => error switch
    {
        Errno.ENOENT => "it does not exist",
        Errno.EACCES => "the daemon may not execute it",
        Errno.EAGAIN => "the limit of processes is reached: raise it (ulimit -u, pids.max)",
        Errno.ENOMEM => "this host has no memory left",
        Errno.ENFILE or Errno.EMFILE => "the limit of open files is reached: raise it (ulimit -n, fs.file-max)",
        Errno.None or (Errno)8 => "it is no program that this host can execute",
        _ => $"error {(int)error}",
    };

    /// <summary>Reads to the end, so that the program never blocks on its output, and keeps the beginning.</summary>
    private static async Task<string> ReadAsync(Stream stream, CancellationToken token)
    {
        var kept = new StringBuilder();
        var buffer = new byte[4096];
        while (await stream.ReadAsync(buffer, token).ConfigureAwait(false) is > 0 and var count)
        {
            kept.Append(Encoding.UTF8.GetString(buffer, 0, Math.Min(count, MaxOutput - Math.Min(kept.Length, MaxOutput))));
        }

        return kept.ToString().Trim();
    }

    private static string Evaluate(ExecArgs args, int status, string output, string errorOutput)
    {
        var text = (errorOutput.Length > 0 ? errorOutput : output).ReplaceLineEndings(" ");
        var detail = text.Length > 0 ? $": {text}" : "";
        return args.Expect.Any(range => range.Contains(status))
            ? $"status {status}{detail}"
            : throw new ProbeFailureException($"status {status}, expected {string.Join(", ", args.Expect)}{detail}");
    }

    private static void Kill(Process process)
    {
        if (!process.HasExited)
        {
            process.Kill(entireProcessTree: true);
        }
    }
}
